//! Layer 5: the evaluation loop.
//!
//! Read `frame.rs` (what a call is), `stack.rs` (the registers), `control.rs` (what a handler says), `dispatch.rs` and `threaded.rs` (the loop), then any file
//! of `ops/`. `call_py.rs` binds arguments, `unwind.rs` finds handlers, `resume.rs` moves generators, `adaptive.rs` counts.

pub mod adaptive;
pub mod attr_cache;
pub mod breaker;
pub mod call_py;
pub mod control;
pub mod dispatch;
pub mod eval;
pub mod frame;
pub mod frame_jump;
pub mod frame_ownership;
pub mod ops;
pub mod resume;
pub mod stack;
mod threaded;
pub mod trace;
pub mod unwind;
