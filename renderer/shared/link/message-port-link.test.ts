import { describe, expect, it } from 'vitest';
import { MessagePortLink } from './message-port-link.ts';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('MessagePortLink', () => {
  it('opens with its port and carries messages both ways', async () => {
    const { port1, port2 } = new MessageChannel();
    const link = new MessagePortLink(Promise.resolve(port1 as unknown as MessagePort));
    const states: string[] = [];
    const heard: unknown[] = [];
    link.onStateChange((state) => states.push(state));
    link.onMessage((message) => heard.push(message));
    await turn();
    const asked = new Promise((resolve) => port2.addEventListener('message', (event) => resolve(event.data)));
    port2.start();
    link.send({ type: 'cancel', id: 3 });
    expect(await asked).toEqual({ type: 'cancel', id: 3 });
    port2.postMessage({ type: 'end', id: 4 });
    await turn();
    await turn();
    expect(heard).toEqual([{ type: 'end', id: 4 }]);
    expect(states).toEqual(['open']);
    link.close();
    expect(link.state).toBe('lost');
  });
});
