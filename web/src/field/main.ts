/*
 * The field face: what a grid officer, a chief, a compound's team or a volunteer holds
 * outdoors.  It draws what the server offers, as the desk does, from what was taken
 * along where there is no network, and puts everything done into an outbox first.
 * It knows no rule of any playbook, and where somebody is only at a press.
 */
import { createApp } from 'vue';
import { setTransport } from '../kit/transport';
import FieldApp from './FieldApp.vue';
import { line } from './line';
import './field.css';

setTransport(line);
document.documentElement.toggleAttribute('data-large', localStorage.getItem('linli.field.large') === 'yes');

/* The browser's own offer to install is kept for the page that offers it. */
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  (window as unknown as { linliInstall?: Event }).linliInstall = event;
});

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' }).catch(() => undefined); /* some hosts have none: it then needs network to start */
}

createApp(FieldApp).mount('#app');
