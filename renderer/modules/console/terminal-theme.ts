/** Colours of the serial console, for the light and the dark page: the sixteen ANSI colours, readable on either ground. */
import type { ITheme } from '@xterm/xterm';

const light: ITheme = {
  background: '#fbfbfd',
  foreground: '#1e2433',
  cursor: '#4f46e5',
  cursorAccent: '#fbfbfd',
  selectionBackground: '#c9ccff',
  black: '#1e2433',
  red: '#b3261e',
  green: '#0b7a4b',
  yellow: '#8a5a00',
  blue: '#2f4fc4',
  magenta: '#9c2a86',
  cyan: '#0a6f7c',
  white: '#6a7488',
  brightBlack: '#566177',
  brightRed: '#d2322d',
  brightGreen: '#0e8f5f',
  brightYellow: '#a66a00',
  brightBlue: '#4f46e5',
  brightMagenta: '#b1359c',
  brightCyan: '#0d8f8f',
  brightWhite: '#4a5366',
};

const dark: ITheme = {
  background: '#0b0e16',
  foreground: '#d5dbe7',
  cursor: '#a5acff',
  cursorAccent: '#0b0e16',
  selectionBackground: '#363f6e',
  black: '#1d2435',
  red: '#f0716b',
  green: '#5fcf9a',
  yellow: '#e3b45c',
  blue: '#8aa4ff',
  magenta: '#dd8fd0',
  cyan: '#5ccbd0',
  white: '#c0c8d8',
  brightBlack: '#6d7a92',
  brightRed: '#ff938d',
  brightGreen: '#85e3b5',
  brightYellow: '#f5cc80',
  brightBlue: '#aebfff',
  brightMagenta: '#f0b0e6',
  brightCyan: '#8be5e8',
  brightWhite: '#f3f5fa',
};

/** The colours for the page as it is now. */
export function terminalTheme(isDark: boolean): ITheme {
  return isDark ? dark : light;
}
