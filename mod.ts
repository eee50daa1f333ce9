/**
 * keyhole runs WebAssembly programs (WASI preview 1) under Deno and gives each exactly the capabilities it was granted.
 *
 * @module
 */
export { Fault, type FaultCode, isFault } from "./caps/fault.ts";
export type { Kind, Stat } from "./caps/stat.ts";
export type { File } from "./caps/file.ts";
export { type Directory, type Entry, type EntryVisitor, Open } from "./caps/directory.ts";
export { decodeStrictly, GuestPath, LONGEST_PATH } from "./caps/path.ts";
export { MOST_LINKS, type Place, walk } from "./caps/walk.ts";
export type { InputStream, OutputStream, Stream, StreamKind } from "./caps/stream.ts";
export type { Clock, Clocks } from "./caps/clock.ts";
export type { Random } from "./caps/random.ts";
export type { Connection, Listener } from "./caps/socket.ts";
export { checkName, LONGEST_NAME } from "./caps/name.ts";
export { memoryDirectory, type MemoryOptions } from "./caps/memory.ts";
export { type Backend, defaultBackend, hostDirectory } from "./caps/host/open.ts";
export { nullInput, nullOutput } from "./caps/streams/null.ts";
export { bytesInput } from "./caps/streams/bytes.ts";
export { type Capture, captureOutput } from "./caps/streams/capture.ts";
export { fileInput, fileOutput } from "./caps/streams/file.ts";
export { callbackOutput } from "./caps/streams/callback.ts";
export { iterableInput, readableInput, writableOutput } from "./caps/streams/web.ts";
export { readOnly } from "./caps/read_only.ts";
export { type ChosenFile, chosenFiles, singleFile } from "./caps/single_file.ts";
export { systemClocks } from "./caps/clocks/system.ts";
export {
  type ClockState,
  fixedClocks,
  setClocks,
  steppingClocks,
  type VirtualClocks,
  virtualClocks,
} from "./caps/clocks/virtual.ts";
export { type RandomState, type Seed, type SeededRandom, seededRandom } from "./caps/seeded_random.ts";
export { Quota, quota, type QuotaLimits } from "./caps/quota.ts";
export { inheritInput, inheritOutput } from "./caps/host/standard.ts";
export { run } from "./wasi/run_program.ts";
export { RunResult } from "./wasi/run_result.ts";
export { Command, type CommandOptions } from "./wasi/command.ts";
export { Child } from "./wasi/child.ts";
export type { KillSignal } from "./wasi/kill_signal.ts";
export type { Source } from "./wasi/source.ts";
export { GuestEndedError, instantiate, Reactor, type ReactorOptions } from "./wasi/reactor.ts";
export { type Family, Guest, type GuestOptions, type Preopen } from "./wasi/guest.ts";
export { type Mode, preview1, unstable } from "./wasi/preview1/mod.ts";
export { Descriptor } from "./wasi/descriptor.ts";
export { DescriptorTable } from "./wasi/descriptors.ts";
export type { Buffers } from "./wasi/abi/buffers.ts";
export type { StringList } from "./wasi/abi/strings.ts";
export type { Dirents } from "./wasi/abi/dirents.ts";
export type { MemoryType, StorageLimits, TableType } from "./wasi/binary/module_types.ts";
export type { ReferenceType } from "./wasi/binary/value_type.ts";
export type { ImportedStorage } from "./wasi/binary/patch_limits.ts";
export type { Rations } from "./wasi/fuel/rations.ts";
export type { Waiter } from "./wasi/waiter.ts";
export type { Input, Output, RunOptions } from "./wasi/settings.ts";
export type {
  Changes,
  Denial,
  Granted,
  GrantedObject,
  Limited,
  MountUse,
  Report,
  ReportExit,
  Spent,
  StreamUse,
  Timeline,
  Touch,
  Used,
} from "./caps/report.ts";
export {
  parsePolicy,
  type Policy,
  type PolicyDirectory,
  PolicyError,
  type PolicyFile,
  type PolicyGrowth,
  type PolicyInheritance,
  type PolicyLimits,
  type PolicyMount,
  type PolicyOverlay,
  type PolicyTemporary,
  type PolicyUser,
  type PolicyUserLimits,
  type PolicyUsers,
} from "./caps/policy.ts";
export { compileProgram } from "./wasi/compile.ts";
export { loadProgram, type Program, type ProgramOptions } from "./wasi/program.ts";
export { parseText } from "./wasi/text.ts";
export { UnusableModuleError } from "./wasi/unusable.ts";
export { ExitCode, type Outcome, type Reason } from "./wasi/outcome.ts";
export type { Limits } from "./wasi/limits.ts";
export { runModule, type RunModuleOptions, type RunModuleOutcome } from "./wasi/run.ts";
export { runProgramSync } from "./wasi/run_sync.ts";
export { type Invocation, InvocationError, type InvocationOf } from "./wasi/invocation.ts";
export { type Allowance, limitedOutput, type OutputEnds } from "./caps/streams/limited.ts";
export { type Address, formatAddress, parseAddress } from "./caps/address.ts";
export { type HostListener, listen } from "./caps/host/listen.ts";
export type { Store } from "./caps/store.ts";
export { type FileStore, fileStore } from "./caps/host/log_store.ts";
export { HostError, type HostErrorCode } from "./wasi/host/error.ts";
export type { Caller, CallerSession, HostCall } from "./wasi/host/call.ts";
export type {
  Argument,
  ArgumentByType,
  Arguments,
  BoundedRange,
  NumberType,
  Parameter,
  ParameterList,
  ParameterReader,
  RangeType,
  ReadParameter,
} from "./wasi/host/parameter.ts";
export type { OutNumber, ResponseBuffer } from "./wasi/host/response.ts";
export type { GuestMemory } from "./wasi/abi/memory.ts";
export { type ImportTable, importTable } from "./wasi/link.ts";
export type { HostOptions } from "./wasi/host/caller.ts";
export {
  asyncFn,
  fn,
  type FunctionOptions,
  type HostContext,
  type HostFactory,
  type HostFunction,
  hostFunctions,
  type HostModule,
  type Result,
  type ResultType,
} from "./wasi/host_functions.ts";
export type { Door, Peer, Visitor } from "./caps/visitor.ts";
export { type DoorOptions, openDoor } from "./caps/host/door/open.ts";
export type { TlsOptions } from "./caps/host/door/tls.ts";
export { overlay } from "./caps/overlay.ts";
export { type Call, observe, type Watcher } from "./caps/observe.ts";
export { Box } from "./wasi/box.ts";
export { BoxError, type BoxFailure } from "./wasi/box/error.ts";
export { type BoxLimits, type BoxModule, loadBoxModule } from "./wasi/box/module.ts";
export { BOX_SEED, type BoxOptions, type RandomPolicy, type SnapshotForm } from "./wasi/box/options.ts";
export type { BoxDirectory } from "./wasi/box/life.ts";
export { type BoxClock, JournalError } from "./wasi/box/journal.ts";
export {
  bytesCodec,
  type Codec,
  codecOf,
  jsonCodec,
  MessageError,
  type Shape,
  stringCodec,
} from "./wasi/box/codec.ts";
export { type OneOf, type Shapes, shapes } from "./wasi/box/shapes.ts";
export { SnapshotError, type SnapshotRefusal } from "./wasi/snapshot/error.ts";
export type { LittleReader } from "./wasi/snapshot/little_reader.ts";
export type { LittleWriter } from "./wasi/snapshot/little_writer.ts";
export { serve, type ServeOptions, type Server } from "./wasi/serve.ts";
export type { Admission, Admit, Applicant } from "./wasi/serve/admission.ts";
export { MOST_SESSIONS, type SessionLimits, type TotalLimits } from "./wasi/serve/limits.ts";
export { Deterministic, deterministic, type Shown } from "./caps/deterministic.ts";
export { steadyInput, steadyOutput } from "./caps/streams/steady.ts";
export { systemRandom } from "./caps/system_random.ts";
export { admitUsers, askForToken } from "./wasi/serve/users.ts";
export {
  parseUsers,
  type User,
  type UserLimit,
  type UserLimits,
  type UserProof,
  usersOfPolicy,
} from "./caps/users.ts";
export { preinitialize, type PreinitializeOptions } from "./wasi/snapshot/preinitialize.ts";
