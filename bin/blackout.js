#!/usr/bin/env node
import '../dist/scenarios/main.js';
