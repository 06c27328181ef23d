//! Pass 2: local, global, free or cell.
//!
//! CPython 3.11: `analyze_block` and its helpers in `Python/symtable.c`.

use super::{BlockType, NameScope, SCOPE_OFFSET, Scope, ScopeId, Symtable, def, errors};
use crate::ast::Identifier;
use crate::error::{CompileError, ErrorKind};
use foldhash::HashSet;

type Names = HashSet<Identifier>;

/// Decides on every name of the table.
pub fn analyze(table: &mut Symtable) -> Result<(), CompileError> {
    let mut free = Names::default();
    let mut global = Names::default();
    analyze_block(table, Symtable::TOP, None, &mut free, &mut global)
}

fn error_at_directive(scope: &Scope, name: &str, msg: String) -> CompileError {
    match scope.directives.iter().find(|(n, _)| &**n == name) {
        Some((_, span)) => errors::at(*span, msg),
        None => errors::plain(
            ErrorKind::System,
            "BUG: internal directive bookkeeping broken",
        ),
    }
}

/// What a name is in a block, given what the blocks around bind (`bound`) and declare (`global`).
fn analyze_name(
    scope: &mut Scope,
    name: &Identifier,
    flags: u32,
    bound: &mut Option<Names>,
    free: &mut Names,
    global: &mut Names,
) -> Result<NameScope, CompileError> {
    if flags & def::GLOBAL != 0 {
        if flags & def::NONLOCAL != 0 {
            let msg = format!("name '{name}' is nonlocal and global");
            return Err(error_at_directive(scope, name, msg));
        }
        global.insert(name.clone());
        if let Some(bound) = bound {
            bound.remove(name);
        }
        return Ok(NameScope::GlobalExplicit);
    }
    let is_bound = |bound: &Option<Names>| bound.as_ref().is_some_and(|b| b.contains(name));
    if flags & def::NONLOCAL != 0 {
        let msg = match bound {
            None => "nonlocal declaration not allowed at module level".to_owned(),
            Some(_) if !is_bound(bound) => format!("no binding for nonlocal '{name}' found"),
            Some(_) => {
                scope.free = true;
                free.insert(name.clone());
                return Ok(NameScope::Free);
            }
        };
        return Err(error_at_directive(scope, name, msg));
    }
    if flags & def::BOUND != 0 {
        global.remove(name);
        return Ok(NameScope::Local);
    }
    if is_bound(bound) {
        scope.free = true;
        free.insert(name.clone());
        return Ok(NameScope::Free);
    }
    if !global.contains(name) && scope.nested {
        scope.free = true;
    }
    Ok(NameScope::GlobalImplicit)
}

fn analyze_block(
    table: &mut Symtable,
    id: ScopeId,
    mut bound: Option<Names>,
    free: &mut Names,
    global: &mut Names,
) -> Result<(), CompileError> {
    let kind = table.scope(id).kind;
    let is_class = kind == BlockType::Class;
    let has_children = !table.scope(id).children.is_empty();
    let mut new_global = Names::default();
    let mut new_bound = Names::default();
    // The names of a class are not seen by its methods, so what they see is taken before.
    if is_class && has_children {
        new_global.clone_from(global);
        new_bound.extend(bound.iter().flatten().cloned());
        new_bound.insert(Identifier::from("__class__"));
    }
    // The table is taken out while its names are looked at.
    let symbols = std::mem::take(&mut table.scope_mut(id).symbols);
    let mut found = Vec::with_capacity(symbols.len());
    for (name, &flags) in &symbols {
        let scope = table.scope_mut(id);
        found.push(analyze_name(scope, name, flags, &mut bound, free, global)?);
    }
    if !is_class && has_children {
        if kind == BlockType::Function {
            let locals = symbols.keys().zip(&found);
            let locals = locals.filter(|(_, scope)| **scope == NameScope::Local);
            new_bound.extend(locals.map(|(name, _)| name.clone()));
        }
        new_bound.extend(bound.iter().flatten().cloned());
        new_global.extend(global.iter().cloned());
    }
    table.scope_mut(id).symbols = symbols;
    let mut new_free = analyze_children(table, id, &new_bound, &new_global)?;
    let scope = table.scope_mut(id);
    if kind == BlockType::Function && !new_free.is_empty() {
        for (name, found) in scope.symbols.keys().zip(&mut found) {
            if *found == NameScope::Local && new_free.remove(name) {
                *found = NameScope::Cell;
            }
        }
    } else if is_class && new_free.remove("__class__") {
        scope.needs_class_closure = true;
    }
    update_symbols(scope, &found, bound.as_ref(), &new_free);
    free.extend(new_free);
    Ok(())
}

/// Analyses the blocks inside and gives their free names.
fn analyze_children(
    table: &mut Symtable,
    id: ScopeId,
    bound: &Names,
    global: &Names,
) -> Result<Names, CompileError> {
    let mut all_free = Names::default();
    for i in 0..table.scope(id).children.len() {
        let child = table.scope(id).children[i];
        let mut child_free = Names::default();
        let mut child_global = global.clone();
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            analyze_block(
                table,
                child,
                Some(bound.clone()),
                &mut child_free,
                &mut child_global,
            )
        })?;
        all_free.extend(child_free);
        let child = table.scope(child);
        if child.free || child.child_free {
            table.scope_mut(id).child_free = true;
        }
    }
    Ok(all_free)
}

fn update_symbols(scope: &mut Scope, found: &[NameScope], bound: Option<&Names>, free: &Names) {
    for (flags, &found) in scope.symbols.values_mut().zip(found) {
        *flags |= (found as u32) << SCOPE_OFFSET;
    }
    // Sorted, so that the order of the symbols does not depend on hashing.
    let mut free: Vec<&Identifier> = free.iter().collect();
    free.sort_unstable();
    for name in free {
        if let Some(flags) = scope.symbols.get_mut(name) {
            if scope.kind == BlockType::Class && *flags & (def::BOUND | def::GLOBAL) != 0 {
                *flags |= def::FREE_CLASS;
            }
            continue;
        }
        if bound.is_some_and(|bound| !bound.contains(name)) {
            continue;
        }
        scope
            .symbols
            .insert(name.clone(), (NameScope::Free as u32) << SCOPE_OFFSET);
    }
}
