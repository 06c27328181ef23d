//! The loop.
//!
//! One `match` over the opcode, expanded from `for_each_opcode!`: each arm is the handler of that name from `ops`. Handlers are inlined into
//! the loop in release builds, where LLVM makes one jump table of it; in debug builds inlining 190 handlers would make a native frame of
//! tens of kilobytes, so there they stay functions.

use super::control::Next;
use super::frame::Frame;
use super::stack::Regs;
use super::{ops, unwind};
use crate::context::{PyErr, PyResult, Thread, Vm};
use crate::object::Value;

macro_rules! define_step {
    ($( $(#[doc = $doc:literal])* $name:ident = $number:literal { arg: $arg:ident, effect: |$oparg:ident, $jump:ident| ($effect:expr), cache: $cache:literal, family: $family:ident }, )*) => {
        pastey::paste! {
            /// Runs one instruction.
            #[inline(always)]
            fn step(vm: &Vm, r: &mut Regs, opcode: u8, oparg: u32) -> Next {
                match opcode {
                    $( $number => ops::[<$name:lower>](vm, r, oparg), )*
                    _ => unknown(vm, opcode),
                }
            }
        }
    };
}
bytecode::for_each_opcode!(define_step);

#[cold]
#[inline(never)]
fn unknown(vm: &Vm, opcode: u8) -> Next {
    Next::Raise(vm.system_error(format!("unknown opcode {opcode}")))
}

/// Runs `frame`, which is linked and current, until it returns, yields or raises. With `raised`, that exception is raised in it first.
#[inline(never)]
pub fn run(vm: &Vm, thread: &Thread, frame: *mut Frame, raised: Option<PyErr>) -> PyResult<Value> {
    let mut registers = Regs::new(thread, frame);
    let r = &mut registers;
    if let Some(error) = raised {
        r.out_of_line(|r| unwind::unwind(vm, r, error))?;
    }
    'next: loop {
        let unit = r.fetch();
        let mut opcode = unit as u8;
        let mut oparg = u32::from(unit >> 8);
        loop {
            match step(vm, r, opcode, oparg) {
                Next::Continue => continue 'next,
                Next::Raise(error) => {
                    r.out_of_line(|r| unwind::unwind(vm, r, error))?;
                    continue 'next;
                }
                Next::Exit(value) => return Ok(value),
                Next::Extend => {
                    let unit = r.fetch();
                    opcode = unit as u8;
                    oparg = oparg << 8 | u32::from(unit >> 8);
                }
            }
        }
    }
}
