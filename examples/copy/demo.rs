//! The copy program of the WASI tutorial, in Rust: the same behaviour and texts as `demo.c`.

use std::env;
use std::ffi::CStr;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::raw::{c_char, c_int};
use std::process::exit;

/// The errno of a path that no granted directory covers.
const NOT_CAPABLE: c_int = 76;

extern "C" {
    fn strerror(code: c_int) -> *const c_char;
}

fn error_text(code: c_int) -> String {
    // SAFETY: the C library answers every code with a static, NUL-terminated text.
    let text = unsafe { CStr::from_ptr(strerror(code)) };
    text.to_string_lossy().into_owned()
}

/// The C library's words for an error, without the "(os error N)" that Rust appends.
fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => error_text(code),
        None if error.kind() == ErrorKind::InvalidInput => error.to_string(),
        // Rust's library looks for a covering grant itself, and reports "none" in words of its own.
        None => error_text(NOT_CAPABLE),
    }
}

fn fail(doing: &str, path: &str, error: &io::Error) -> ! {
    eprintln!("error {} {}: {}", doing, path, reason(error));
    exit(1)
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.len() != 3 {
        let program = arguments.first().map_or("demo.wasm", |name| name);
        eprintln!("usage: {} <from> <to>", program);
        exit(1);
    }
    let (input, output) = (&arguments[1], &arguments[2]);

    let mut from = File::open(input).unwrap_or_else(|error| fail("opening input", input, &error));
    let mut to = File::create(output).unwrap_or_else(|error| fail("opening output", output, &error));
    if let Err(error) = io::copy(&mut from, &mut to) {
        fail("writing", output, &error);
    }
}
