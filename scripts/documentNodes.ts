/* Writes the generated part of docs/nodes.md, and docs/node-shapes.json: `npm run docs`. */
import { writeFileSync } from 'node:fs';

import { documentNodes, nodesPage, shapesFile, writeShapes } from './nodeDocument/document';
import { readShapes } from './nodeDocument/shapes';

const shapes = readShapes();
writeFileSync(nodesPage, documentNodes(shapes));
writeFileSync(shapesFile, writeShapes(shapes));
console.log('docs/nodes.md and docs/node-shapes.json are up to date.');
