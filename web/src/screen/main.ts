/*
 * The screen: how a street stands, for a wall.  It shows one reading of the contract
 * (getOverview, or seeScreen for who holds a link) and keeps nothing besides: what comes in
 * takes the place of what was there, so it may hang for weeks.
 */
import { createApp } from 'vue';
import ScreenApp from './ScreenApp.vue';
import './screen.css';

performance.setResourceTimingBufferSize(20); /* nobody reads them, and they would gather */
createApp(ScreenApp).mount('#app');
