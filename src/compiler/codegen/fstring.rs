//! f-strings.
//!
//! CPython 3.11: `compiler_joined_str`, `compiler_formatted_value` in `Python/compile.c`.

use super::{Compiler, Done, STACK_USE_GUIDELINE, errors};
use crate::ast::{Constant, Expr};
use bytecode::{Opcode, StrObj};
use std::rc::Rc;

impl<'a> Compiler<'a> {
    pub(super) fn joined_str(&mut self, values: &'a [Expr]) -> Done {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_const(&Constant::Str(StrObj::new(&b""[..])));
            self.op_name(Opcode::LOAD_METHOD, &Rc::from("join"));
            self.op_i(Opcode::BUILD_LIST, 0);
            for value in values {
                self.expr(value)?;
                self.op_i(Opcode::LIST_APPEND, 1);
            }
            self.op_i(Opcode::PRECALL, 1);
            self.op_i(Opcode::CALL, 1);
        } else {
            self.exprs(values)?;
            if values.len() != 1 {
                self.op_i(Opcode::BUILD_STRING, values.len());
            }
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        value: &'a Expr,
        conversion: i32,
        format_spec: Option<&'a Expr>,
    ) -> Done {
        self.expr(value)?;
        let mut arg = match u8::try_from(conversion) {
            Ok(b's') => 1,
            Ok(b'r') => 2,
            Ok(b'a') => 3,
            _ if conversion == -1 => 0,
            _ => {
                return Err(errors::system(format!(
                    "Unrecognized conversion character {conversion}"
                )));
            }
        };
        if let Some(spec) = format_spec {
            self.expr(spec)?;
            arg |= 4;
        }
        self.op_i(Opcode::FORMAT_VALUE, arg);
        Ok(())
    }
}
