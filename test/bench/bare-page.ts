/**
 * A page of Chromium that nothing but its own session looks at, for figures that looking would spoil: Playwright's pages
 * report every message on the network, and the page's main thread pays for it (20 ms for a list of 10,000 guests).
 */
import type { Browser, CDPSession } from 'playwright-core';

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

interface Evaluated {
  result: { value?: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
}

export class BarePage implements AsyncDisposable {
  readonly #session: CDPSession;
  readonly #targetId: string;
  readonly #sessionId: string;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;

  private constructor(session: CDPSession, targetId: string, sessionId: string) {
    this.#session = session;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
      if (from === sessionId) this.#settle(JSON.parse(message) as Answer);
    });
  }

  /** A page in a profile of its own; `script` runs in it before anything of a document does. */
  static async open(browser: Browser, size: { width: number; height: number }, script: () => void): Promise<BarePage> {
    const session = await browser.newBrowserCDPSession();
    const { browserContextId } = await session.send('Target.createBrowserContext');
    const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', browserContextId });
    // Not flattened: a flat session would be Playwright's to read.
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    const page = new BarePage(session, targetId, sessionId);
    await page.#send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
    await page.#send('Page.enable');
    await page.#send('Page.addScriptToEvaluateOnNewDocument', { source: `(${script.toString()})()` });
    return page;
  }

  #settle({ id, result, error }: Answer): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  }

  async #send(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    const call = Promise.withResolvers<unknown>();
    this.#calls.set(id, call);
    const message = JSON.stringify({ id, method, params });
    await this.#session.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message });
    return call.promise;
  }

  /** Settles once the document is on its way, not when it is loaded. */
  async goto(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
  }

  /** What `work` answers in the page, awaited there: nothing asks it meanwhile. */
  async evaluate<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    const options = { expression: `(${work.toString()})()`, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', options)) as Evaluated;
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as Value;
  }

  /** Closes the page. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.send('Target.closeTarget', { targetId: this.#targetId });
    await this.#session.detach();
  }
}
