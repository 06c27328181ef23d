//! Functions and lambdas: decorators, defaults, annotations, the body.
//!
//! CPython 3.11: `compiler_function`, `compiler_lambda`, `compiler_visit_annotations`, `compiler_default_arguments` in
//! `Python/compile.c`.

use super::{Compiler, Done, ScopeType};
use crate::ast::{
    Arg, Arguments, Constant, Expr, ExprContext, ExprKind, FunctionDef, Identifier, Stmt,
};
use crate::consts::StaticName;
use crate::error::CompileError;
use crate::unparse::expr_as_string;
use bytecode::{CodeFlags, Opcode, StrObj};
use std::rc::Rc;

impl<'a> Compiler<'a> {
    /// Whether annotations become strings.
    pub(super) fn future_annotations(&self) -> bool {
        self.settings.flags & CodeFlags::FUTURE_ANNOTATIONS != 0
    }

    /// Calls the decorators on the stack with what lies above them.
    pub(super) fn apply_decorators(&mut self, decorators: &'a [Expr]) {
        let loc = self.unit.loc;
        for decorator in decorators.iter().rev() {
            self.unit.loc = decorator.span;
            self.op_i(Opcode::PRECALL, 0);
            self.op_i(Opcode::CALL, 0);
        }
        self.unit.loc = loc;
    }

    fn check_debug_args(&self, args: &Arguments) -> Done {
        let positional = args.posonlyargs.iter().chain(&args.args);
        let vararg = args.vararg.iter().map(|arg| &**arg);
        let kwarg = args.kwarg.iter().map(|arg| &**arg);
        positional
            .chain(vararg)
            .chain(&args.kwonlyargs)
            .chain(kwarg)
            .try_for_each(|arg| self.forbidden_name(&arg.arg, ExprContext::Store))
    }

    /// Pushes the defaults; gives the flags of MAKE_FUNCTION.
    fn default_arguments(&mut self, args: &'a Arguments) -> Result<usize, CompileError> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(&args.defaults)?;
            self.op_i(Opcode::BUILD_TUPLE, args.defaults.len());
            flags |= 0x01;
        }
        let mut keys = Vec::new();
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            if let Some(default) = default {
                let mangled = self.mangled(&arg.arg);
                keys.push(self.cache.name_constant(&mangled));
                self.expr(default)?;
            }
        }
        if !keys.is_empty() {
            let count = keys.len();
            self.load_const(&Constant::Tuple(keys.into()));
            self.op_i(Opcode::BUILD_CONST_KEY_MAP, count);
            flags |= 0x02;
        }
        Ok(flags)
    }

    /// Loads an annotation as the string it becomes.
    pub(super) fn annexpr(&mut self, annotation: &Expr) {
        let text = expr_as_string(annotation);
        self.load_const(&Constant::Str(StrObj::new(text)));
    }

    fn arg_annotation(&mut self, name: &Identifier, annotation: &'a Expr) -> Done {
        let mangled = self.mangled(name);
        self.load_name_const(&mangled);
        if self.future_annotations() {
            self.annexpr(annotation);
        } else if let ExprKind::Starred { value, .. } = &annotation.kind {
            // `*args: *Ts`
            self.expr(value)?;
            self.op_i(Opcode::UNPACK_SEQUENCE, 1);
        } else {
            self.expr(annotation)?;
        }
        Ok(())
    }

    /// Pushes names and annotations in a tuple; says whether there were any.
    fn annotations(
        &mut self,
        args: &'a Arguments,
        returns: Option<&'a Expr>,
    ) -> Result<bool, CompileError> {
        let vararg = args.vararg.iter().map(|arg| &**arg);
        let kwarg = args.kwarg.iter().map(|arg| &**arg);
        let all = args
            .args
            .iter()
            .chain(&args.posonlyargs)
            .chain(vararg)
            .chain(&args.kwonlyargs)
            .chain(kwarg);
        let mut count = 0;
        for Arg {
            arg, annotation, ..
        } in all
        {
            if let Some(annotation) = annotation {
                self.arg_annotation(arg, annotation)?;
                count += 2;
            }
        }
        if let Some(returns) = returns {
            self.arg_annotation(&Rc::from("return"), returns)?;
            count += 2;
        }
        if count > 0 {
            self.op_i(Opcode::BUILD_TUPLE, count);
        }
        Ok(count > 0)
    }

    pub(super) fn function(
        &mut self,
        stmt: &'a Stmt,
        node: &'a FunctionDef,
        is_async: bool,
    ) -> Done {
        self.check_debug_args(&node.args)?;
        self.exprs(&node.decorator_list)?;
        let firstlineno = match node.decorator_list.first() {
            Some(decorator) => decorator.span.lineno,
            None => stmt.span.lineno,
        };
        let mut flags = self.default_arguments(&node.args)?;
        if self.annotations(&node.args, node.returns.as_deref())? {
            flags |= 0x04;
        }
        let scope_type = if is_async {
            ScopeType::AsyncFunction
        } else {
            ScopeType::Function
        };
        let name = self.cache.intern(&node.name);
        self.enter_scope(stmt, scope_type, name, &node.name, firstlineno)?;
        let docstring = match self.settings.optimize {
            0 | 1 => crate::future::docstring(&node.body),
            _ => None,
        };
        self.add_const(docstring.unwrap_or(&Constant::None));
        self.count_args(&node.args);
        self.stmts(&node.body[usize::from(docstring.is_some())..])?;
        let (code, freevars) = self.leave_scope(true)?;
        self.make_closure(code, &freevars, flags)?;
        self.apply_decorators(&node.decorator_list);
        self.name_op(&node.name, ExprContext::Store)
    }

    fn count_args(&mut self, args: &Arguments) {
        self.unit.argcount = args.args.len() as u32;
        self.unit.posonlyargcount = args.posonlyargs.len() as u32;
        self.unit.kwonlyargcount = args.kwonlyargs.len() as u32;
    }

    pub(super) fn lambda(&mut self, expr: &'a Expr, args: &'a Arguments, body: &'a Expr) -> Done {
        self.check_debug_args(args)?;
        let flags = self.default_arguments(args)?;
        let name = self.cache.static_name(StaticName::Lambda);
        let identifier = Rc::from("<lambda>");
        self.enter_scope(expr, ScopeType::Lambda, name, &identifier, expr.span.lineno)?;
        // None first, so that the lambda has no docstring.
        self.add_const(&Constant::None);
        self.count_args(args);
        self.expr(body)?;
        let add_none = !self.ste().generator;
        if add_none {
            self.op(Opcode::RETURN_VALUE);
        }
        let (code, freevars) = self.leave_scope(add_none)?;
        self.make_closure(code, &freevars, flags)
    }
}
