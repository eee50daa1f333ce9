//! Counts: "up" and "down" are answered with "value=N".

#[macro_use]
mod keyhole_box;

use std::sync::atomic::{AtomicI64, Ordering};

static VALUE: AtomicI64 = AtomicI64::new(0);

fn receive(message: &str) {
    let step = match message {
        "up" => 1,
        "down" => -1,
        _ => return keyhole_box::say(&format!("error: unknown message: {}", message)),
    };
    let before = VALUE.fetch_add(step, Ordering::Relaxed);
    keyhole_box::say(&format!("value={}", before + step));
}

box_guest!(|| {}, receive);
