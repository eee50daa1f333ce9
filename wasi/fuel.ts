/**
 * Fuel: modules are rewritten before they are compiled, so that they count the instructions they run.
 *
 * | instruction | units |
 * |---|---|
 * | `nop`, `block`, `loop`, `else`, `end`, `try`, `try_table`, `catch`, `catch_all`, `delegate` | 0 |
 * | every other instruction | 1 |
 * | entering a function | 1 for every 16 locals it declares, parameters not counted |
 * | `memory.fill`, `memory.copy`, `memory.init` | 1, and 1 for every 16 bytes |
 * | `memory.grow`, when it succeeds | 1, and 4096 for every page |
 * | `table.fill`, `table.copy`, `table.init`; `table.grow`, when it succeeds | 1, and 1 for every entry |
 * | `array.new`, `array.new_default`, `array.new_fixed`, `array.new_data`, `array.new_elem`, `array.fill`, `array.copy`, `array.init_data`, `array.init_elem` | 1, and 1 for every element |
 * | `struct.new`, `struct.new_default` | 1, and 1 for every 16 fields |
 *
 * Parts of 16 are not charged. What segments put into place before a module starts is not charged.
 *
 * Code is paid for before it runs, in stretches that are certain to run to their end: up to the next place where it may
 * branch, loop, call, return or throw. So the sum is exact: each instruction that is executed is counted once, and no
 * other, except that a trap has paid for the rest of its stretch. A stretch that the fuel does not cover does not start.
 *
 * @module
 */
export { meter } from "./fuel/meter.ts";
export { FUEL_EXPORT, FUEL_MODULE, FUEL_REFILL } from "./fuel/names.ts";
export { Fuel, FuelExhausted, type FuelImports, type FuelOptions } from "./fuel/tank.ts";
