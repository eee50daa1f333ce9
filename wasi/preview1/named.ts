/**
 * What a call expects a descriptor to name.
 *
 * @module
 */
import type { Directory } from "../../caps/directory.ts";
import { Fault, type FaultCode } from "../../caps/fault.ts";
import type { File } from "../../caps/file.ts";
import type { Descriptor } from "../descriptor.ts";

/**
 * The file that a descriptor names.
 *
 * @param descriptor The descriptor
 * @param otherwise What to fault with for a stream
 * @returns The file
 * @throws {Fault} `EISDIR` for a directory, `otherwise` for a stream
 */
export function mustBeFile(descriptor: Descriptor, otherwise: FaultCode): File {
  if (descriptor.file !== undefined) return descriptor.file;
  throw Fault.of(descriptor.directory !== undefined ? "EISDIR" : otherwise);
}

/**
 * The directory that a descriptor names.
 *
 * @param descriptor The descriptor
 * @returns The directory
 * @throws {Fault} `ENOTDIR` for anything else
 */
export function mustBeDirectory(descriptor: Descriptor): Directory {
  if (descriptor.directory === undefined) throw Fault.of("ENOTDIR");
  return descriptor.directory;
}
