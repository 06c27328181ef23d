//! Comprehensions and generator expressions: functions that are called where they stand.
//!
//! CPython 3.11: `compiler_comprehension` and its generators in `Python/compile.c`.

use super::fblock::FBlockKind;
use super::{Compiler, Done, ScopeType, errors};
use crate::ast::{Comprehension, Expr, ExprKind};
use crate::consts::StaticName;
use crate::flowgraph::Op;
use bytecode::Opcode;
use std::rc::Rc;

/// The kind of a comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    GenExp,
    List,
    Set,
    Dict,
}

/// What a comprehension is made of.
#[derive(Clone, Copy)]
struct Parts<'a> {
    kind: Kind,
    generators: &'a [Comprehension],
    elt: &'a Expr,
    value: Option<&'a Expr>,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr) -> Done {
        let (kind, name, text, generators, elt, value) = match &expr.kind {
            ExprKind::ListComp { elt, generators } => (
                Kind::List,
                StaticName::ListComp,
                "<listcomp>",
                generators,
                elt,
                None,
            ),
            ExprKind::SetComp { elt, generators } => (
                Kind::Set,
                StaticName::SetComp,
                "<setcomp>",
                generators,
                elt,
                None,
            ),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => (
                Kind::Dict,
                StaticName::DictComp,
                "<dictcomp>",
                generators,
                key,
                Some(&**value),
            ),
            ExprKind::GeneratorExp { elt, generators } => (
                Kind::GenExp,
                StaticName::GenExpr,
                "<genexpr>",
                generators,
                elt,
                None,
            ),
            _ => return Err(errors::system("unknown comprehension type")),
        };
        let Some(outermost) = generators.first() else {
            return Err(errors::system("comprehension with no generators"));
        };
        let outer_type = self.unit.scope_type;
        let top_level_await = self.is_top_level_await();
        let name = self.cache.static_name(name);
        let identifier = Rc::from(text);
        self.enter_scope(
            expr,
            ScopeType::Comprehension,
            name,
            &identifier,
            expr.span.lineno,
        )?;
        self.unit.loc = expr.span;
        let is_async = self.ste().coroutine;
        if is_async
            && kind != Kind::GenExp
            && !matches!(
                outer_type,
                ScopeType::AsyncFunction | ScopeType::Comprehension
            )
            && !top_level_await
        {
            return Err(
                self.error("asynchronous comprehension outside of an asynchronous function")
            );
        }
        match kind {
            Kind::GenExp => {}
            Kind::List => self.op_i(Opcode::BUILD_LIST, 0),
            Kind::Set => self.op_i(Opcode::BUILD_SET, 0),
            Kind::Dict => self.op_i(Opcode::BUILD_MAP, 0),
        }
        let parts = Parts {
            kind,
            generators,
            elt,
            value,
        };
        self.comprehension_generator(parts, 0, 0)?;
        if kind != Kind::GenExp {
            self.op(Opcode::RETURN_VALUE);
        }
        let (code, freevars) = self.leave_scope(true)?;
        if top_level_await && is_async {
            let scope = self.unit.scope;
            self.symtable.scope_mut(scope).coroutine = true;
        }
        self.make_closure(code, &freevars, 0)?;
        self.expr(&outermost.iter)?;
        self.op(if outermost.is_async {
            Opcode::GET_AITER
        } else {
            Opcode::GET_ITER
        });
        self.op_i(Opcode::PRECALL, 0);
        self.op_i(Opcode::CALL, 0);
        if is_async && kind != Kind::GenExp {
            self.op_i(Opcode::GET_AWAITABLE, 0);
            self.load_none();
            self.add_yield_from(true);
        }
        Ok(())
    }

    fn comprehension_generator(&mut self, parts: Parts<'a>, index: usize, depth: usize) -> Done {
        let Some(generator) = parts.generators.get(index) else {
            return self.comprehension_element(parts, depth);
        };
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            if generator.is_async {
                self.async_generator(parts, generator, index, depth)
            } else {
                self.sync_generator(parts, generator, index, depth)
            }
        })
    }

    /// What happens for each element: after the last `for`.
    fn comprehension_element(&mut self, parts: Parts<'a>, depth: usize) -> Done {
        self.expr(parts.elt)?;
        match parts.kind {
            Kind::GenExp => {
                self.yield_value();
                self.op(Opcode::POP_TOP);
            }
            Kind::List => self.op_i(Opcode::LIST_APPEND, depth + 1),
            Kind::Set => self.op_i(Opcode::SET_ADD, depth + 1),
            Kind::Dict => {
                if let Some(value) = parts.value {
                    self.expr(value)?;
                }
                self.op_i(Opcode::MAP_ADD, depth + 1);
            }
        }
        Ok(())
    }

    fn sync_generator(
        &mut self,
        parts: Parts<'a>,
        generator: &'a Comprehension,
        index: usize,
        mut depth: usize,
    ) -> Done {
        let start = self.new_block();
        let if_cleanup = self.new_block();
        let anchor = self.new_block();
        let mut loops = true;
        if index == 0 {
            self.unit.argcount = 1;
            self.op_i(Opcode::LOAD_FAST, 0);
        } else if let Some(single) = single_element(&generator.iter) {
            // `for y in [f(x)]` is an assignment.
            self.expr(single)?;
            loops = false;
        } else {
            self.expr(&generator.iter)?;
            self.op(Opcode::GET_ITER);
        }
        if loops {
            depth += 1;
            self.use_next_block(start);
            self.op_j(Opcode::FOR_ITER, anchor);
        }
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        self.comprehension_generator(parts, index + 1, depth)?;
        self.use_next_block(if_cleanup);
        if loops {
            self.op_j(Op::Jump, start);
            self.use_next_block(anchor);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        parts: Parts<'a>,
        generator: &'a Comprehension,
        index: usize,
        depth: usize,
    ) -> Done {
        let start = self.new_block();
        let except = self.new_block();
        let if_cleanup = self.new_block();
        if index == 0 {
            self.unit.argcount = 1;
            self.op_i(Opcode::LOAD_FAST, 0);
        } else {
            self.expr(&generator.iter)?;
            self.op(Opcode::GET_AITER);
        }
        self.use_next_block(start);
        self.push_fblock(FBlockKind::AsyncComprehensionGenerator, Some(start), None)?;
        self.op_j(Op::SetupFinally, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none();
        self.add_yield_from(true);
        self.op(Op::PopBlock);
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        self.comprehension_generator(parts, index + 1, depth + 1)?;
        self.use_next_block(if_cleanup);
        self.op_j(Op::Jump, start);
        self.pop_fblock();
        self.use_next_block(except);
        self.op(Opcode::END_ASYNC_FOR);
        Ok(())
    }
}

/// The element of a display with exactly one, unless it is starred.
fn single_element(iter: &Expr) -> Option<&Expr> {
    let (ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. }) = &iter.kind else {
        return None;
    };
    match elts.as_slice() {
        [elt] if !matches!(elt.kind, ExprKind::Starred { .. }) => Some(elt),
        _ => None,
    }
}
