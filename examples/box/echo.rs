//! Answers every message X with "Echo: X", and says that it is ready before the first.

#[macro_use]
mod keyhole_box;

fn receive(message: &str) {
    keyhole_box::say(&format!("Echo: {}", message));
}

box_guest!(|| keyhole_box::say("ready"), receive);
