import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { cryptoProvider } from '@peculiar/x509';

// The library finds its crypto, and the decorators that it is made with, only if they are set up before its first use.
cryptoProvider.set(webcrypto);

export * from '@peculiar/x509';
