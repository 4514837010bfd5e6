/*
 * The time as views show it: moves once every half minute, while anybody looks.
 */
import { ref } from 'vue';

const STEP = 30_000;

export const now = ref(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, STEP);

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) now.value = Date.now();
});
