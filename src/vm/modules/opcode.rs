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
    use bytecode::cache::cache_fields;
    use bytecode::opcode::{ArgKind, Opcode};
    use bytecode::stack_effect::stack_effect as effect_of;

    /// CPython 3.11 gives the numbers up to this one; those above are pyrs's own quickened forms.
    const LAST_OF_CPYTHON: u8 = Opcode::UNPACK_SEQUENCE_TWO_TUPLE as u8;

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

    /// The instructions with their numbers, meaning of operand, plain form and cache; what `opcode` is made of.
    #[pyfunction(sig = "_table($module, /)")]
    fn _table(vm: &Vm) -> Value {
        let is_cpythons = |opcode: &&Opcode| (**opcode as u8) <= LAST_OF_CPYTHON;
        let rows = Opcode::ALL.iter().filter(is_cpythons).map(|opcode| {
            let kind = match opcode.arg_kind() {
                ArgKind::None | ArgKind::Int => "",
                ArgKind::Const => "const",
                ArgKind::Name | ArgKind::Global => "name",
                ArgKind::Local => "local",
                ArgKind::Free => "free",
                ArgKind::Compare => "compare",
                ArgKind::JumpForward | ArgKind::JumpBackward => "jump",
            };
            let fields = cache_fields(*opcode).iter().map(|(name, units)| {
                vm.new_tuple(vec![vm.new_str(name), vm.new_int(*units as i64)])
            });
            vm.new_tuple(vec![
                vm.new_str(opcode.name()),
                vm.new_int(i64::from(*opcode as u8)),
                vm.new_str(kind),
                vm.new_str(opcode.family().name()),
                vm.new_tuple(fields.collect()),
            ])
        });
        vm.new_tuple(rows.collect())
    }

    /// Return the specialization stats
    #[pyfunction(sig = "get_specialization_stats($module, /)")]
    fn get_specialization_stats() {}
}
