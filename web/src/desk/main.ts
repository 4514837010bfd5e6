/*
 * The desk: where staff see what waits for them and act.  It knows no rule of
 * any playbook; the server says which actions a case offers and what each one
 * asks, and the desk draws that.
 */
import { createApp } from 'vue';
import DeskApp from './DeskApp.vue';
import './desk.css';

createApp(DeskApp).mount('#app');

/* Only who began the demo's tour has this entry. */
if (localStorage.getItem('linli.tour') !== null) void import('../kit/tour').then(({ showTour }) => showTour()).catch(() => undefined);
