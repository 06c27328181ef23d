//! Calls: of methods, of plain callables, with `*` and `**`.
//!
//! CPython 3.11: `compiler_call`, `maybe_optimize_method_call`, `compiler_call_helper` in `Python/compile.c`.

use super::{Compiler, Done, STACK_USE_GUIDELINE, expr};
use crate::ast::{Constant, Expr, ExprContext, ExprKind, Identifier, Keyword};
use crate::symtable::{Symtable, def};
use bytecode::Opcode;

/// The name of the type that an expression surely has.
pub(super) fn type_name(expr: &Expr) -> Option<&'static str> {
    Some(match &expr.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::Bool(_) => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::StopIteration => "type",
            Constant::Int(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex(_) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
            Constant::Code(_) => "code",
        },
        _ => return None,
    })
}

fn is_starred(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Starred { .. })
}

impl<'a> Compiler<'a> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Done {
        self.validate_keywords(keywords)?;
        if let ExprKind::Attribute {
            value,
            attr,
            ctx: ExprContext::Load,
        } = &func.kind
        {
            if self.is_method_call(value, args, keywords) {
                return self.method_call(expr, func, value, attr, args, keywords);
            }
        }
        self.check_caller(func);
        self.unit.loc = func.span;
        self.op(Opcode::PUSH_NULL);
        self.unit.loc = expr.span;
        self.expr(func)?;
        self.call_helper(0, args, keywords)
    }

    /// Whether a call of an attribute of `value` becomes LOAD_METHOD.
    fn is_method_call(&self, value: &Expr, args: &[Expr], keywords: &[Keyword]) -> bool {
        // Attributes of imported modules are seldom methods.
        if let ExprKind::Name { id, .. } = &value.kind {
            if self.symtable.scope(Symtable::TOP).get(id) & def::IMPORT != 0 {
                return false;
            }
        }
        args.len() + keywords.len() + usize::from(!keywords.is_empty()) < STACK_USE_GUIDELINE
            && !args.iter().any(is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some())
    }

    fn method_call(
        &mut self,
        expr: &'a Expr,
        func: &'a Expr,
        value: &'a Expr,
        attr: &'a Identifier,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Done {
        self.expr(value)?;
        self.unit.loc = func.span;
        self.update_start_to_attr(func, attr);
        self.op_name(Opcode::LOAD_METHOD, attr);
        self.exprs(args)?;
        self.keyword_values(keywords)?;
        self.unit.loc = expr.span;
        self.update_start_to_attr(func, attr);
        self.op_call(args.len() + keywords.len());
        Ok(())
    }

    fn op_call(&mut self, count: usize) {
        self.op_i(Opcode::PRECALL, count);
        self.op_i(Opcode::CALL, count);
    }

    /// The values of keyword arguments, and KW_NAMES.
    fn keyword_values(&mut self, keywords: &'a [Keyword]) -> Done {
        if keywords.is_empty() {
            return Ok(());
        }
        for keyword in keywords {
            self.expr(&keyword.value)?;
        }
        let names = self.keyword_names(keywords);
        let index = self.add_const(&names);
        self.op_i(Opcode::KW_NAMES, index);
        Ok(())
    }

    fn keyword_names(&mut self, keywords: &[Keyword]) -> Constant {
        let names: Vec<Constant> = keywords
            .iter()
            .filter_map(|keyword| keyword.arg.as_ref())
            .map(|name| self.cache.name_constant(name))
            .collect();
        Constant::Tuple(names.into())
    }

    fn validate_keywords(&mut self, keywords: &[Keyword]) -> Done {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else {
                continue;
            };
            self.forbidden_name(name, ExprContext::Store)?;
            for other in &keywords[i + 1..] {
                if other.arg.as_ref() == Some(name) {
                    self.unit.loc = other.span;
                    return Err(self.error(format!("keyword argument repeated: {name}")));
                }
            }
        }
        Ok(())
    }

    fn check_caller(&mut self, func: &Expr) {
        if matches!(func.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = type_name(func) {
            self.warn(format!(
                "'{name}' object is not callable; perhaps you missed a comma?"
            ));
        }
    }

    /// The arguments and the call itself; `pushed` arguments lie on the stack already.
    pub(super) fn call_helper(
        &mut self,
        pushed: usize,
        args: &'a [Expr],
        keywords: &'a [Keyword],
    ) -> Done {
        self.validate_keywords(keywords)?;
        let plain = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if plain {
            self.exprs(args)?;
            self.keyword_values(keywords)?;
            self.op_call(pushed + args.len() + keywords.len());
            return Ok(());
        }
        match args {
            [
                Expr {
                    kind: ExprKind::Starred { value, .. },
                    ..
                },
            ] if pushed == 0 => self.expr(value)?,
            _ => self.collection(args, pushed, expr::TUPLE)?,
        }
        self.keyword_dict(keywords)?;
        self.op_i(Opcode::CALL_FUNCTION_EX, usize::from(!keywords.is_empty()));
        Ok(())
    }

    /// All keyword arguments in one dict.
    fn keyword_dict(&mut self, keywords: &'a [Keyword]) -> Done {
        let mut have_dict = false;
        let mut seen = 0;
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.sub_kwargs(&keywords[i - seen..i])?;
                if have_dict {
                    self.op_i(Opcode::DICT_MERGE, 1);
                }
                have_dict = true;
                seen = 0;
            }
            if !have_dict {
                self.op_i(Opcode::BUILD_MAP, 0);
                have_dict = true;
            }
            self.expr(&keyword.value)?;
            self.op_i(Opcode::DICT_MERGE, 1);
        }
        if seen > 0 {
            self.sub_kwargs(&keywords[keywords.len() - seen..])?;
            if have_dict {
                self.op_i(Opcode::DICT_MERGE, 1);
            }
        }
        Ok(())
    }

    fn sub_kwargs(&mut self, keywords: &'a [Keyword]) -> Done {
        let n = keywords.len();
        let big = n * 2 > STACK_USE_GUIDELINE;
        if n > 1 && !big {
            for keyword in keywords {
                self.expr(&keyword.value)?;
            }
            let names = self.keyword_names(keywords);
            self.load_const(&names);
            self.op_i(Opcode::BUILD_CONST_KEY_MAP, n);
            return Ok(());
        }
        if big {
            self.op_i_noline(Opcode::BUILD_MAP, 0);
        }
        for keyword in keywords {
            if let Some(name) = &keyword.arg {
                self.load_name_const(name);
            }
            self.expr(&keyword.value)?;
            if big {
                self.op_i_noline(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_i(Opcode::BUILD_MAP, n);
        }
        Ok(())
    }
}
