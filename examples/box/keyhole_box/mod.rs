//! How to write a box guest in Rust, without any crate but the standard library.
//!
//! ```text
//! #[macro_use]
//! mod keyhole_box;
//!
//! fn receive(message: &str) {
//!     keyhole_box::say(&format!("Echo: {message}"));
//! }
//!
//! box_guest!(|| {}, receive);
//! ```
//!
//! Compile it as a `cdylib` for `wasm32-wasi`. A message is text: its length as a little-endian 64-bit number, then so
//! many bytes of UTF-8. Everything that the guest knows lives in its own memory, so a snapshot keeps all of it.

use std::alloc::{alloc, dealloc, Layout};
use std::convert::TryInto;

#[link(wasm_import_module = "env")]
extern "C" {
    fn wasmbox_callback(message: *const u8, length: usize);
}

/// Sends bytes in whatever encoding guest and host agreed on.
pub fn send_bytes(message: &[u8]) {
    // SAFETY: the host reads exactly these bytes, and only during the call.
    unsafe { wasmbox_callback(message.as_ptr(), message.len()) }
}

/// Sends a text message.
pub fn say(text: &str) {
    let mut message = Vec::with_capacity(8 + text.len());
    message.extend_from_slice(&(text.len() as u64).to_le_bytes());
    message.extend_from_slice(text.as_bytes());
    send_bytes(&message);
}

/// The text of a message as it arrived, unless it is none.
fn text_of(message: &[u8]) -> Option<&str> {
    let length = u64::from_le_bytes(message.get(..8)?.try_into().ok()?);
    let text = &message[8..];
    if text.len() as u64 != length {
        return None;
    }
    std::str::from_utf8(text).ok()
}

/// Hands the text of a message on; what is no text is answered, not guessed at.
///
/// # Safety
/// `message` and `length` are those of bytes in the guest's own memory.
pub unsafe fn deliver(message: *const u8, length: usize, receive: impl FnOnce(&str)) {
    match text_of(std::slice::from_raw_parts(message, length)) {
        Some(text) => receive(text),
        None => say("error: not a text message"),
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size.max(1), 1).expect("a size that fits into memory")
}

/// Memory for a message that the host is about to write; null when there is none.
pub fn allocate(size: usize) -> *mut u8 {
    // SAFETY: the layout is never of size 0.
    unsafe { alloc(layout(size)) }
}

/// Gives back what `allocate` gave.
///
/// # Safety
/// `at` came from `allocate` with the same size.
pub unsafe fn release(at: *mut u8, size: usize) {
    dealloc(at, layout(size))
}

/// The exports that a box looks for: `initialize` is called once, `receive` for every text message.
#[macro_export]
macro_rules! box_guest {
    ($initialize:expr, $receive:expr) => {
        #[no_mangle]
        pub extern "C" fn wasmbox_initialize() {
            ($initialize)()
        }

        #[no_mangle]
        pub extern "C" fn wasmbox_malloc(size: usize) -> *mut u8 {
            keyhole_box::allocate(size)
        }

        /// # Safety
        /// The host gives back only what it was given.
        #[no_mangle]
        pub unsafe extern "C" fn wasmbox_free(at: *mut u8, size: usize) {
            keyhole_box::release(at, size)
        }

        /// # Safety
        /// The host wrote the message before it calls.
        #[no_mangle]
        pub unsafe extern "C" fn wasmbox_send(message: *const u8, length: usize) {
            keyhole_box::deliver(message, length, $receive)
        }
    };
}
