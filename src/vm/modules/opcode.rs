//! `_opcode`: what `dis` asks of the opcodes.
//!
//! CPython 3.11: `Modules/_opcode.c`.

/// The module.
#[derive::pymodule(name = "_opcode")]
pub mod module {
    //! Opcode support module.
    use crate::context::{PyResult, Vm};
    use crate::object::Value;
    use crate::protocol::convert::ArgName;
    use crate::protocol::convert::FromValue;
    use bytecode::stack_effect::stack_effect as effect_of;

    /// Compute the stack effect of the opcode.
    #[pyfunction(sig = "stack_effect($module, opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        vm: &Vm,
        opcode: i32,
        oparg: Option<&Value>,
        jump: Option<&Value>,
    ) -> PyResult<i32> {
        let oparg = match oparg {
            Some(oparg) => Some(i32::from_value(
                vm,
                oparg,
                ArgName::new("stack_effect() argument 2"),
            )?),
            None => None,
        };
        let jump = match jump {
            None => None,
            Some(jump) if jump.is_true() => Some(true),
            Some(jump) if jump.is_false() => Some(false),
            Some(_) => {
                return Err(vm.value_error("stack_effect: jump must be False, True or None"));
            }
        };
        effect_of(opcode, oparg, jump).map_err(|error| vm.value_error(error.to_string()))
    }

    /// Return the specialization stats
    #[pyfunction(sig = "get_specialization_stats($module, /)")]
    fn get_specialization_stats() {}
}
