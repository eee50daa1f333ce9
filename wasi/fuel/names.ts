/** The module name of the function that a metered module imports; a guest that imports from it itself is refused. */
export const FUEL_MODULE = "keyhole:fuel";

/** The name of that function: it gets the remaining fuel, below zero by then, and returns what the guest goes on with. */
export const FUEL_REFILL = "refill";

/** The name by which a metered module exports its remaining fuel, an `i64`; a guest that exports it itself is refused. */
export const FUEL_EXPORT = "keyhole:fuel";
