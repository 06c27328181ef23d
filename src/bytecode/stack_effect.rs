//! `stack_effect`: how far an instruction moves the top of the stack, with the checks of `dis.stack_effect`.
//!
//! CPython 3.11: `_opcode.stack_effect` in `Modules/_opcode.c`.

use crate::opcode::Opcode;

/// Why there is no stack effect; a `ValueError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackEffectError {
    /// The instruction has an operand and none was given.
    OpargMissing,
    /// The instruction has no operand and one was given.
    OpargNotPermitted,
    /// There is no such instruction in code objects.
    InvalidOpcode,
}

impl std::fmt::Display for StackEffectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            StackEffectError::OpargMissing => {
                "stack_effect: opcode requires oparg but oparg was not specified"
            }
            StackEffectError::OpargNotPermitted => {
                "stack_effect: opcode does not permit oparg but oparg was specified"
            }
            StackEffectError::InvalidOpcode => "invalid opcode or oparg",
        })
    }
}

impl std::error::Error for StackEffectError {}

/// The change of depth; without `jump`, the larger one of jumping and not jumping.
pub fn stack_effect(
    opcode: i32,
    oparg: Option<i32>,
    jump: Option<bool>,
) -> Result<i32, StackEffectError> {
    let has_arg = opcode >= i32::from(Opcode::HAVE_ARGUMENT);
    match oparg {
        None if has_arg => return Err(StackEffectError::OpargMissing),
        Some(_) if !has_arg => return Err(StackEffectError::OpargNotPermitted),
        _ => {}
    }
    let oparg = oparg.unwrap_or(0);
    let opcode = u8::try_from(opcode)
        .ok()
        .and_then(Opcode::from_u8)
        .filter(|opcode| !opcode.is_quickened())
        .ok_or(StackEffectError::InvalidOpcode)?;
    Ok(match jump {
        Some(jump) => opcode.stack_effect(oparg, jump),
        None => opcode
            .stack_effect(oparg, true)
            .max(opcode.stack_effect(oparg, false)),
    })
}
