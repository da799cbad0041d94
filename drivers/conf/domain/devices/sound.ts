/** `<sound>` and `<audio>`: sound cards of the guest and where their sound goes. */
import { attr, child, element, type Infer, int, many, oneOf, sint, string, yesNo } from '../../schema/index.ts';
import { infoPart, virtioOptions } from '../address.ts';

const audioId = element('audio', 'Where the sound goes', {
  id: attr(int({ min: 1, max: 255 }), 'Audio back-end', { required: true }),
});

export const sound = element('sound', 'A sound card', {
  model: attr(oneOf('sb16', 'es1370', 'pcspk', 'ac97', 'ich6', 'ich9', 'usb', 'ich7', 'virtio'), 'Model', {
    required: true,
  }),
  multichannel: attr(yesNo(), 'More than two channels (usb)'),
  streams: attr(int(), 'PCM streams (virtio)'),
  driver: child(element('driver', 'Options', virtioOptions)),
  codecs: many(
    element('codec', 'A codec', { type: attr(oneOf('duplex', 'micro', 'output'), 'Kind', { required: true }) }),
  ),
  audio: child(audioId),
  ...infoPart,
});
export type Sound = Infer<typeof sound>;

const settings = element(
  'settings',
  'Fixed format',
  {
    frequency: attr(int(), 'Hertz'),
    channels: attr(int(), 'Channels'),
    format: attr(oneOf('s8', 'u8', 's16', 'u16', 's32', 'u32', 'f32'), 'Sample format'),
  },
  { keepEmpty: true },
);

const direction = {
  mixingEngine: attr(yesNo(), 'Whether the hypervisor mixes'),
  fixedSettings: attr(yesNo(), 'Whether the format is fixed'),
  voices: attr(int(), 'Voices'),
  bufferLength: attr(int(), 'Buffer in microseconds'),
  dev: attr(string(), 'Device (alsa, oss)'),
  bufferCount: attr(int(), 'Buffers'),
  tryPoll: attr(yesNo(), 'Polling (oss)'),
  serverName: attr(string(), 'Server (jack)'),
  clientName: attr(string(), 'Client (jack)'),
  connectPorts: attr(string(), 'Ports to connect to (jack)'),
  exactName: attr(yesNo(), 'Whether the client name must be had (jack)'),
  name: attr(string(), 'Source or sink (pulseaudio, pipewire)'),
  streamName: attr(string(), 'Name of the stream (pulseaudio, pipewire)'),
  latency: attr(int(), 'Latency in microseconds (pulseaudio, pipewire)'),
  settings: child(settings),
};

export const audio = element('audio', 'An audio back-end', {
  id: attr(int({ max: 255 }), 'Number', { required: true }),
  type: attr(
    oneOf('none', 'alsa', 'coreaudio', 'jack', 'oss', 'pulseaudio', 'sdl', 'spice', 'file', 'dbus', 'pipewire'),
    'Kind',
    { required: true },
  ),
  timerPeriod: attr(int(), 'Microseconds between updates'),
  tryMMap: attr(yesNo(), 'Memory mapping (oss)'),
  exclusive: attr(yesNo(), 'Exclusive use (oss)'),
  dspPolicy: attr(sint(), 'Timing policy (oss)'),
  serverName: attr(string(), 'Server (pulseaudio)'),
  driver: attr(oneOf('esd', 'alsa', 'arts', 'pulseaudio'), 'Driver (sdl)'),
  path: attr(string(), 'File'),
  runtimeDir: attr(string(), 'Runtime folder (pipewire)'),
  input: child(element('input', 'Recording', direction)),
  output: child(element('output', 'Playing', direction)),
});
export type Audio = Infer<typeof audio>;
