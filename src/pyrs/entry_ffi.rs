//! Where the process begins, without what Rust's runtime does before `main`: it reads the process's list of mappings and sets a stack of its
//! own aside, to tell an overflow of the native stack from other faults, which the interpreter's own limit makes needless; and it opens
//! `/dev/null` in the place of standard descriptors that are closed, which programs are to find closed.
//!
//! CPython 3.11: `Programs/python.c`.

use std::ffi::{c_char, c_int};
use std::io::Write;

/// What a panic ends the process with, as Rust's runtime has it.
const PANICKED: c_int = 101;

/// The C library calls it; the arguments reach `std::env` another way.
#[unsafe(no_mangle)]
pub extern "C" fn main(_count: c_int, _arguments: *const *const c_char) -> c_int {
    // SAFETY: no other thread runs yet.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    let code = std::panic::catch_unwind(super::run).map_or(PANICKED, c_int::from);
    let _ = std::io::stdout().flush();
    code
}
