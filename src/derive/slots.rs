//! `#[pyslot]`: wrappers that have the exact type of a field of `vm::object::Slots`.

use crate::attributes::vm_path;
use crate::binding::{
    Callee, RustParam, generic_argument, is_value_ref, receiver_statement, referent,
    slot_conversions,
};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Result, Type};

/// What follows the first operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operand {
    /// `&Value`
    Value,
    /// `Value`
    Owned,
    /// `Option<Value>`
    Assigned,
    /// `Option<&Value>`
    Optional,
    /// `isize`
    Index,
    /// `CompareOp`
    Compare,
    /// `Args`
    Args,
    /// `u32`
    Flags,
}

/// What the slot gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Value,
    Size,
    Truth,
    Hash,
    Nothing,
    Next,
    Sent,
    Buffer,
    /// Not even an error.
    Silence,
}

/// The type of a slot. `passes_on` says that a foreign operand gives `NotImplemented`.
struct Kind {
    operands: &'static [Operand],
    gives: Gives,
    passes_on: bool,
}

fn kind_of(slot: &str) -> Option<Kind> {
    use Gives::{Buffer, Hash, Next, Nothing, Sent, Silence, Size, Truth};
    use Operand::{Args, Assigned, Compare, Flags, Index, Optional, Owned, Value};
    let kind = |operands, gives| {
        Some(Kind {
            operands,
            gives,
            passes_on: false,
        })
    };
    match slot {
        "repr" | "str" | "iter" | "am_await" | "aiter" | "anext" | "negative" | "positive"
        | "absolute" | "invert" | "int" | "float" | "index" => kind(&[], Gives::Value),
        "hash" => kind(&[], Hash),
        "call" | "new" => kind(&[Args], Gives::Value),
        "init" => kind(&[Args], Nothing),
        "getattro" | "mp_subscript" | "sq_concat" | "sq_inplace_concat" => {
            kind(&[Value], Gives::Value)
        }
        "setattro" | "mp_ass_subscript" | "descr_set" => kind(&[Value, Assigned], Nothing),
        "richcompare" => Some(Kind {
            operands: &[Value, Compare],
            gives: Gives::Value,
            passes_on: true,
        }),
        "iternext" => kind(&[], Next),
        "descr_get" => kind(&[Optional, Optional], Gives::Value),
        "finalize" => kind(&[], Silence),
        "send" => kind(&[Owned], Sent),
        "bool" => kind(&[], Truth),
        "sq_length" | "mp_length" => kind(&[], Size),
        "sq_repeat" | "sq_item" | "sq_inplace_repeat" => kind(&[Index], Gives::Value),
        "sq_ass_item" => kind(&[Index, Assigned], Nothing),
        "sq_contains" => kind(&[Value], Truth),
        "getbuffer" => kind(&[Flags], Buffer),
        "power" | "inplace_power" => Some(Kind {
            operands: &[Value, Value],
            gives: Gives::Value,
            passes_on: true,
        }),
        "add"
        | "subtract"
        | "multiply"
        | "remainder"
        | "divmod"
        | "lshift"
        | "rshift"
        | "and"
        | "xor"
        | "or"
        | "floor_divide"
        | "true_divide"
        | "matrix_multiply"
        | "inplace_add"
        | "inplace_subtract"
        | "inplace_multiply"
        | "inplace_remainder"
        | "inplace_lshift"
        | "inplace_rshift"
        | "inplace_and"
        | "inplace_xor"
        | "inplace_or"
        | "inplace_floor_divide"
        | "inplace_true_divide"
        | "inplace_matrix_multiply" => Some(Kind {
            operands: &[Value],
            gives: Gives::Value,
            passes_on: true,
        }),
        _ => None,
    }
}

fn operand_type(operand: Operand, vm: &TokenStream) -> TokenStream {
    match operand {
        Operand::Value => quote!(&#vm::object::Value),
        Operand::Owned => quote!(#vm::object::Value),
        Operand::Assigned => quote!(::core::option::Option<#vm::object::Value>),
        Operand::Optional => quote!(::core::option::Option<&#vm::object::Value>),
        Operand::Index => quote!(isize),
        Operand::Compare => quote!(#vm::object::CompareOp),
        Operand::Args => quote!(#vm::object::Args<'_>),
        Operand::Flags => quote!(u32),
    }
}

fn result_type(gives: Gives, vm: &TokenStream) -> TokenStream {
    match gives {
        Gives::Value => quote!(#vm::object::Value),
        Gives::Size => quote!(usize),
        Gives::Truth => quote!(bool),
        Gives::Hash => quote!(i64),
        Gives::Nothing | Gives::Silence => quote!(()),
        Gives::Next => quote!(::core::option::Option<#vm::object::Value>),
        Gives::Sent => quote!(#vm::object::SendResult),
        Gives::Buffer => quote!(#vm::object::buffer::Buffer),
    }
}

/// The wrapper named `name`. With `by_signature`, the arguments of `call`, `init` or `new` are bound by the callee's signature.
pub fn wrapper(
    callee: &Callee<'_>,
    slot: &str,
    name: &Ident,
    params: &[RustParam],
    by_signature: bool,
) -> Result<TokenStream> {
    let vm = vm_path();
    let kind = kind_of(slot)
        .ok_or_else(|| Error::new(callee.span, format!("there is no slot `{slot}`")))?;
    if by_signature && kind.operands != [Operand::Args] {
        return Err(Error::new(
            callee.span,
            "only call, init and new have a signature",
        ));
    }
    let operands: Vec<Ident> = (0..kind.operands.len())
        .map(|n| format_ident!("__o{n}"))
        .collect();
    let operand_types = kind
        .operands
        .iter()
        .map(|&operand| operand_type(operand, &vm));
    let result = result_type(kind.gives, &vm);
    let (body, arguments) = body(callee, slot, &kind, params, by_signature)?;
    let path = &callee.path;
    let value = match kind.gives {
        Gives::Value => {
            quote!(#vm::protocol::convert::IntoPyResult::into_py_result(#path(#(#arguments),*), vm))
        }
        _ => {
            quote!(#vm::protocol::convert::IntoSlotResult::<#result>::into_slot_result(#path(#(#arguments),*)))
        }
    };
    let first = if slot == "new" {
        quote!(#vm::object::Py<#vm::object::PyType>)
    } else {
        quote!(#vm::object::Value)
    };
    let inner = quote! {
        #[allow(unused_variables)]
        fn #name(vm: &#vm::context::Vm, __self: &#first, #(#operands: #operand_types),*) -> #vm::context::PyResult<#result> {
            #body
            #value
        }
    };
    if kind.gives != Gives::Silence {
        return Ok(inner);
    }
    Ok(quote! {
        fn #name(vm: &#vm::context::Vm, __self: &#vm::object::Value) {
            #inner
            // A receiver of a foreign type has nothing to finalize here.
            let _ = #name(vm, __self);
        }
    })
}

/// The statements before the call, and the call's arguments.
fn body(
    callee: &Callee<'_>,
    slot: &str,
    kind: &Kind,
    params: &[RustParam],
    by_signature: bool,
) -> Result<(TokenStream, Vec<TokenStream>)> {
    let mut statements = TokenStream::new();
    let mut arguments = Vec::new();
    let mut receiver_seen = false;
    let mut rest = Vec::new();
    for param in params {
        match param {
            RustParam::Vm => arguments.push(quote!(vm)),
            RustParam::SelfRef => {
                statements.extend(first_operand(callee, kind, None)?);
                arguments.push(quote!(__zelf));
                receiver_seen = true;
            }
            RustParam::Typed { ty, .. } if !receiver_seen => {
                receiver_seen = true;
                statements.extend(if slot == "new" {
                    quote!(let __zelf = __self;)
                } else {
                    first_operand(callee, kind, Some(ty))?
                });
                arguments.push(quote!(__zelf));
            }
            RustParam::Typed { ty, default, span } => {
                let variable = format_ident!("__p{}", rest.len());
                arguments.push(quote!(#variable));
                rest.push((&**ty, default.as_ref(), *span, variable));
            }
        }
    }
    if by_signature {
        if rest.len() != callee.sig.rust_params() && rest.len() + 1 != callee.sig.rust_params() {
            return Err(Error::new(
                callee.span,
                "the function's parameters are not those of the signature",
            ));
        }
        statements.extend(keywords_check(callee, slot)?);
        statements.extend(quote!(let __args = __o0;));
        statements.extend(slot_conversions(callee, &rest)?);
        return Ok((statements, arguments));
    }
    if rest.len() != kind.operands.len() {
        let text = format!(
            "slot `{slot}` has {} operands besides the first, the function {}",
            kind.operands.len(),
            rest.len()
        );
        return Err(Error::new(callee.span, text));
    }
    for (place, (ty, _, _, variable)) in rest.iter().enumerate() {
        let operand = format_ident!("__o{place}");
        statements.extend(other_operand(
            callee,
            kind,
            kind.operands[place],
            ty,
            variable,
            &operand,
        ));
    }
    Ok((statements, arguments))
}

/// `__zelf` of the first operand, which may be foreign in a binary operation.
fn first_operand(callee: &Callee<'_>, kind: &Kind, ty: Option<&Type>) -> Result<TokenStream> {
    let payload = match ty {
        None => callee.payload,
        Some(ty) => referent(ty).and_then(|ty| generic_argument(ty, "Py")),
    };
    match payload {
        Some(payload) if kind.passes_on => Ok(downcast_or_pass_on(
            &format_ident!("__zelf"),
            &quote!(__self),
            payload,
        )),
        _ => receiver_statement(callee, ty),
    }
}

fn downcast_or_pass_on(variable: &Ident, source: &TokenStream, payload: &Type) -> TokenStream {
    let vm = vm_path();
    quote! {
        let ::core::option::Option::Some(#variable) = #source.downcast_ref::<#payload>() else {
            return ::core::result::Result::Ok(#vm::object::Value::NotImplemented);
        };
    }
}

fn other_operand(
    callee: &Callee<'_>,
    kind: &Kind,
    operand: Operand,
    ty: &Type,
    variable: &Ident,
    source: &Ident,
) -> TokenStream {
    let vm = vm_path();
    if operand != Operand::Value || is_value_ref(ty) {
        return quote!(let #variable: #ty = #source;);
    }
    if let Some(payload) = referent(ty).and_then(|ty| generic_argument(ty, "Py"))
        && kind.passes_on
    {
        return downcast_or_pass_on(variable, &quote!(#source), payload);
    }
    let text = format!("{}() argument", callee.fname);
    quote! {
        let #variable: #ty = #vm::protocol::convert::FromValue::from_value(vm, #source, #vm::protocol::convert::ArgName::new(#text))?;
    }
}

/// Positional-only constructors refuse keywords, but not for subclasses that have the other half of the constructor for themselves.
fn keywords_check(callee: &Callee<'_>, slot: &str) -> Result<TokenStream> {
    let vm = vm_path();
    let (sig, fname) = (callee.sig, &callee.fname);
    if sig.varkw || sig.posonly < sig.params.len() || callee.family == crate::binding::Family::Def {
        return Ok(TokenStream::new());
    }
    let payload = callee.payload;
    Ok(match slot {
        "new" => quote! {
            #vm::protocol::args::no_keywords_for::<#payload>(vm, #fname, __self, &__o0, #vm::protocol::args::same_init)?;
        },
        "init" => quote! {
            #vm::protocol::args::no_keywords_for::<#payload>(vm, #fname, __self.class(vm), &__o0, #vm::protocol::args::same_new)?;
        },
        _ => quote!(#vm::protocol::args::no_keywords(vm, #fname, &__o0)?;),
    })
}
