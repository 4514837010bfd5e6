/*
 * Through what requests go: the network, unless a face puts something before it
 * (the field face keeps answers for where there is none).
 */
export type Transport = (request: Request) => Promise<Response>;

let transport: Transport = (request) => fetch(request);

export const through: Transport = (request) => transport(request);

export function setTransport(other: Transport): void {
  transport = other;
}
