/** The plain pages of browser mode: what to do when there is no session. No script, no style, nothing from outside. */

function page(title: string, paragraphs: string[]): string {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n');
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n<h1>${title}</h1>\n${body}\n</html>\n`;
}

export const usedLinkPage = page('This link was used already', [
  'A link to Hostler works once, so that nobody else can use it after you.',
  'For a new one, press Enter in the terminal where Hostler runs, or stop Hostler there (Ctrl+C) and start it again.',
  'If Hostler is open in another tab of this browser, that tab still works, and so does <a href="/">this link</a>.',
]);

export const noSessionPage = page('Hostler wants its link', [
  'Hostler prints a link in the terminal where it runs. Open that link, with its token, in this browser.',
  'If it was used already, press Enter in that terminal for a new one, or stop Hostler there (Ctrl+C) and start it again.',
]);

/** After a link was followed from another site: the browser sends the new cookie only when this page goes on by itself. */
export const onwardPage =
  '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Hostler</title>\n<p><a href="/">Open Hostler</a></p>\n</html>\n';
