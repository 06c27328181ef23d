//! What instructions that do not jump do to the stack.

use super::Verifiable;
use super::flow::resolved;
use super::kind::{Kind, Stack};
use super::layout::Instruction;
use crate::opcode::Opcode;

/// What happens behind an instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Next {
    FallThrough,
    Stop,
}

/// Interprets one instruction; `None` when its operands are wrong.
#[inline(never)]
pub(super) fn step<C: Verifiable>(
    stack: &mut Stack<'_>,
    code: &C,
    instruction: &Instruction,
) -> Option<Next> {
    step_straight(stack, code, instruction.opcode, instruction.oparg as usize)
}

/// PRECALL leaves all operands to CALL.
#[inline(always)]
pub(super) fn step_call(stack: &mut Stack<'_>, oparg: usize) -> Option<()> {
    stack.pop_values(oparg.checked_add(1)?)?;
    stack.pop_any()?;
    stack.push(Kind::VALUE)
}

/// As `step`.
#[inline(always)]
pub(super) fn step_straight<C: Verifiable>(
    stack: &mut Stack<'_>,
    code: &C,
    opcode: Opcode,
    oparg: usize,
) -> Option<Next> {
    match opcode {
        Opcode::NOP
        | Opcode::RESUME
        | Opcode::MAKE_CELL
        | Opcode::COPY_FREE_VARS
        | Opcode::KW_NAMES
        | Opcode::SETUP_ANNOTATIONS
        | Opcode::DELETE_NAME
        | Opcode::DELETE_GLOBAL
        | Opcode::DELETE_FAST
        | Opcode::DELETE_DEREF => {}
        Opcode::LOAD_FAST
        | Opcode::LOAD_DEREF
        | Opcode::LOAD_CLASSDEREF
        | Opcode::LOAD_NAME
        | Opcode::LOAD_BUILD_CLASS
        | Opcode::LOAD_ASSERTION_ERROR => stack.push(Kind::VALUE)?,
        Opcode::LOAD_CONST => stack.push(Kind::constant(oparg))?,
        Opcode::LOAD_CLOSURE => stack.push(Kind::CELL)?,
        Opcode::PUSH_NULL => stack.push(Kind::NULL)?,
        Opcode::LOAD_GLOBAL => {
            if oparg & 1 == 1 {
                stack.push(Kind::NULL)?;
            }
            stack.push(Kind::VALUE)?;
        }
        Opcode::POP_TOP
        | Opcode::STORE_NAME
        | Opcode::STORE_GLOBAL
        | Opcode::STORE_FAST
        | Opcode::STORE_DEREF
        | Opcode::DELETE_ATTR
        | Opcode::PRINT_EXPR
        | Opcode::IMPORT_STAR => stack.pop_value()?,
        Opcode::STORE_ATTR | Opcode::DELETE_SUBSCR => stack.pop_values(2)?,
        Opcode::STORE_SUBSCR => stack.pop_values(3)?,
        Opcode::UNARY_POSITIVE
        | Opcode::UNARY_NEGATIVE
        | Opcode::UNARY_NOT
        | Opcode::UNARY_INVERT
        | Opcode::GET_ITER
        | Opcode::GET_AITER
        | Opcode::GET_YIELD_FROM_ITER
        | Opcode::GET_AWAITABLE
        | Opcode::YIELD_VALUE
        | Opcode::ASYNC_GEN_WRAP
        | Opcode::LOAD_ATTR => {
            stack.pop_value()?;
            stack.push(Kind::VALUE)?;
        }
        Opcode::BINARY_OP
        | Opcode::BINARY_SUBSCR
        | Opcode::COMPARE_OP
        | Opcode::IS_OP
        | Opcode::CONTAINS_OP
        | Opcode::IMPORT_NAME => {
            stack.pop_values(2)?;
            stack.push(Kind::VALUE)?;
        }
        Opcode::LOAD_METHOD => {
            stack.pop_value()?;
            stack.push(Kind::MAYBE_NULL)?;
            stack.push(Kind::VALUE)?;
        }
        Opcode::PRECALL => {
            stack.depth().checked_sub(oparg.checked_add(2)?)?;
        }
        Opcode::CALL => step_call(stack, oparg)?,
        Opcode::MAP_ADD => {
            stack.pop_values(2)?;
            expect(stack, oparg, Kind::DICT)?;
        }
        Opcode::MAKE_FUNCTION => stack.lend(|stack| step_make_function(stack, code, oparg))?,
        Opcode::RETURN_VALUE => {
            stack.pop_value()?;
            return (stack.depth() == 0).then_some(Next::Stop);
        }
        Opcode::RAISE_VARARGS => {
            stack.pop_values(oparg)?;
            return Some(Next::Stop);
        }
        Opcode::RERAISE => {
            if oparg > 0 {
                expect(stack, oparg.checked_add(1)?, Kind::LASTI)?;
            }
            stack.pop_any().filter(|kind| kind.is_exception_or_none())?;
            return Some(Next::Stop);
        }
        _ => stack.lend(|stack| step_rare(stack, code, opcode, oparg))?,
    }
    Some(Next::FallThrough)
}

/// Whether the slot `position` from the top is of that kind.
#[inline(always)]
fn expect(stack: &Stack<'_>, position: usize, kind: Kind) -> Option<()> {
    (stack.peek(position)? == kind).then_some(())
}

fn expect_value(stack: &Stack<'_>, position: usize) -> Option<()> {
    stack.peek(position)?.is_value().then_some(())
}

fn pop(stack: &mut Stack<'_>, kind: Kind) -> Option<()> {
    (stack.pop_any()? == kind).then_some(())
}

fn pop_exception_or_none(stack: &mut Stack<'_>) -> Option<()> {
    stack.pop_any()?.is_exception_or_none().then_some(())
}

/// The rest of them.
#[inline(never)]
pub(super) fn step_rare<C: Verifiable>(
    stack: &mut Stack<'_>,
    code: &C,
    opcode: Opcode,
    oparg: usize,
) -> Option<()> {
    match opcode {
        Opcode::COPY => {
            let kind = stack.peek(oparg).filter(|kind| kind.is_value())?;
            stack.push(kind)
        }
        Opcode::SWAP => stack.swap(oparg),
        Opcode::CALL_FUNCTION_EX => {
            stack.pop_values(2 + oparg)?;
            pop(stack, Kind::NULL)?;
            stack.push(Kind::VALUE)
        }
        Opcode::RETURN_GENERATOR => {
            if stack.depth() > 0 {
                return None;
            }
            stack.push(Kind::VALUE)
        }
        Opcode::FORMAT_VALUE => {
            stack.pop_values(1 + (oparg >> 2 & 1))?;
            stack.push(Kind::VALUE)
        }
        Opcode::BUILD_STRING | Opcode::BUILD_SLICE => {
            stack.pop_values(oparg)?;
            stack.push(Kind::VALUE)
        }
        Opcode::BEFORE_WITH | Opcode::BEFORE_ASYNC_WITH => {
            stack.pop_value()?;
            stack.push(Kind::VALUE)?;
            stack.push(Kind::VALUE)
        }
        Opcode::GET_LEN
        | Opcode::MATCH_MAPPING
        | Opcode::MATCH_SEQUENCE
        | Opcode::GET_ANEXT
        | Opcode::IMPORT_FROM => {
            expect_value(stack, 1)?;
            stack.push(Kind::VALUE)
        }
        Opcode::MATCH_KEYS => {
            resolved(code, stack.peek(1)?).tuple_len()?;
            expect_value(stack, 2)?;
            stack.push(Kind::VALUE)
        }
        Opcode::MATCH_CLASS => {
            if !resolved(code, stack.peek(1)?).is_names() {
                return None;
            }
            stack.pop_values(3)?;
            stack.push(Kind::VALUE)
        }
        Opcode::PUSH_EXC_INFO
        | Opcode::CHECK_EXC_MATCH
        | Opcode::CHECK_EG_MATCH
        | Opcode::WITH_EXCEPT_START
        | Opcode::PREP_RERAISE_STAR
        | Opcode::END_ASYNC_FOR
        | Opcode::POP_EXCEPT => step_exception(stack, opcode),
        _ => step_collection(stack, code, opcode, oparg),
    }
}

/// Instructions that make or fill collections.
fn step_collection<C: Verifiable>(
    stack: &mut Stack<'_>,
    code: &C,
    opcode: Opcode,
    oparg: usize,
) -> Option<()> {
    match opcode {
        Opcode::BUILD_TUPLE => {
            let items = stack.top(oparg)?;
            let is_closure = oparg > 0 && items.iter().all(|&kind| kind == Kind::CELL);
            stack.pop_values(oparg)?;
            stack.push(if is_closure {
                Kind::closure(oparg)
            } else {
                Kind::tuple(oparg)
            })
        }
        Opcode::BUILD_LIST => {
            stack.pop_values(oparg)?;
            stack.push(Kind::LIST)
        }
        Opcode::BUILD_SET => {
            stack.pop_values(oparg)?;
            stack.push(Kind::SET)
        }
        Opcode::BUILD_MAP => {
            stack.pop_values(oparg.checked_mul(2)?)?;
            stack.push(Kind::DICT)
        }
        Opcode::BUILD_CONST_KEY_MAP => {
            let keys = resolved(code, stack.pop_any()?).tuple_len()?;
            if keys != oparg {
                return None;
            }
            stack.pop_values(oparg)?;
            stack.push(Kind::DICT)
        }
        Opcode::LIST_TO_TUPLE => {
            pop(stack, Kind::LIST)?;
            stack.push(Kind::VALUE)
        }
        Opcode::LIST_APPEND | Opcode::LIST_EXTEND => {
            stack.pop_value()?;
            expect(stack, oparg, Kind::LIST)
        }
        Opcode::SET_ADD | Opcode::SET_UPDATE => {
            stack.pop_value()?;
            expect(stack, oparg, Kind::SET)
        }
        Opcode::DICT_UPDATE => {
            stack.pop_value()?;
            expect(stack, oparg, Kind::DICT)
        }
        Opcode::DICT_MERGE => {
            stack.pop_value()?;
            expect(stack, oparg, Kind::DICT)?;
            // The error for a repeated keyword names the callable.
            expect_value(stack, oparg.checked_add(2)?)
        }
        Opcode::UNPACK_SEQUENCE => {
            stack.pop_value()?;
            (0..oparg).try_for_each(|_| stack.push(Kind::VALUE))
        }
        Opcode::UNPACK_EX => {
            stack.pop_value()?;
            let items = (oparg & 0xff) + 1 + (oparg >> 8);
            (0..items).try_for_each(|_| stack.push(Kind::VALUE))
        }
        _ => None,
    }
}

/// Instructions of exception handlers.
fn step_exception(stack: &mut Stack<'_>, opcode: Opcode) -> Option<()> {
    match opcode {
        Opcode::PUSH_EXC_INFO => {
            pop(stack, Kind::EXCEPTION)?;
            stack.push(Kind::EXCEPTION_OR_NONE)?;
            stack.push(Kind::EXCEPTION)
        }
        Opcode::CHECK_EXC_MATCH => {
            stack.pop_value()?;
            expect(stack, 1, Kind::EXCEPTION)?;
            stack.push(Kind::VALUE)
        }
        Opcode::CHECK_EG_MATCH => {
            stack.pop_value()?;
            pop_exception_or_none(stack)?;
            stack.push(Kind::EXCEPTION_OR_NONE)?;
            stack.push(Kind::EXCEPTION_OR_NONE)
        }
        Opcode::WITH_EXCEPT_START => {
            expect(stack, 1, Kind::EXCEPTION)?;
            expect_value(stack, 4)?;
            stack.push(Kind::VALUE)
        }
        Opcode::PREP_RERAISE_STAR => {
            pop(stack, Kind::LIST)?;
            pop(stack, Kind::EXCEPTION)?;
            stack.push(Kind::EXCEPTION_OR_NONE)
        }
        Opcode::END_ASYNC_FOR => {
            pop(stack, Kind::EXCEPTION)?;
            stack.pop_value()
        }
        Opcode::POP_EXCEPT => pop_exception_or_none(stack),
        _ => None,
    }
}

#[inline(never)]
fn step_make_function<C: Verifiable>(stack: &mut Stack<'_>, code: &C, flags: usize) -> Option<()> {
    let freevars = resolved(code, stack.pop_any()?).code_freevars()?;
    let closure_len = if flags & 8 != 0 {
        stack.pop_any()?.closure_len()?
    } else {
        0
    };
    if closure_len != freevars {
        return None;
    }
    if flags & 4 != 0 {
        let len = resolved(code, stack.pop_any()?).tuple_len()?;
        if len % 2 != 0 {
            return None;
        }
    }
    if flags & 2 != 0 {
        pop(stack, Kind::DICT)?;
    }
    if flags & 1 != 0 {
        resolved(code, stack.pop_any()?).tuple_len()?;
    }
    stack.push(Kind::VALUE)
}
