//! Classes.
//!
//! CPython 3.11: `compiler_class` in `Python/compile.c`.

use super::{Compiler, Done, ScopeType};
use crate::ast::{ClassDef, Constant, ExprContext, Stmt};
use bytecode::Opcode;
use std::rc::Rc;

impl<'a> Compiler<'a> {
    pub(super) fn class(&mut self, stmt: &'a Stmt, node: &'a ClassDef) -> Done {
        self.exprs(&node.decorator_list)?;
        let firstlineno = match node.decorator_list.first() {
            Some(decorator) => decorator.span.lineno,
            None => stmt.span.lineno,
        };
        let name = self.cache.intern(&node.name);
        self.enter_scope(stmt, ScopeType::Class, name, &node.name, firstlineno)?;
        self.unit.private = Some(node.name.clone());
        self.name_op(&Rc::from("__name__"), ExprContext::Load)?;
        self.name_op(&Rc::from("__module__"), ExprContext::Store)?;
        let qualname = self.unit.qualname.0.clone();
        self.load_const(&Constant::Str(qualname));
        self.name_op(&Rc::from("__qualname__"), ExprContext::Store)?;
        self.body(&node.body)?;
        self.unset_loc();
        if self.ste().needs_class_closure {
            self.op_i(Opcode::LOAD_CLOSURE, 0);
            self.op_i(Opcode::COPY, 1);
            self.name_op(&Rc::from("__classcell__"), ExprContext::Store)?;
        } else {
            self.load_none();
        }
        self.op(Opcode::RETURN_VALUE);
        let (code, freevars) = self.leave_scope(true)?;

        self.op(Opcode::PUSH_NULL);
        self.op(Opcode::LOAD_BUILD_CLASS);
        self.make_closure(code, &freevars, 0)?;
        self.load_name_const(&node.name);
        self.call_helper(2, &node.bases, &node.keywords)?;
        self.apply_decorators(&node.decorator_list);
        self.name_op(&node.name, ExprContext::Store)
    }
}
