/**
 * Connection: an open connection to a hypervisor. What libvirt's functions on a connection do is spread over
 * connection/ by subject, each part a class that builds on the one before.
 */
import { ConnectionSubscriptions } from './connection/subscriptions.ts';

export class Connection extends ConnectionSubscriptions {}
