//! The wrapper around a native function: from CPython's calling convention to the function's own parameters.

use crate::attributes::vm_path;
use crate::text_signature::Sig;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Attribute, Error, Expr, FnArg, Ident, Lit, Result, Signature, Type};

/// How messages about arguments are worded; names of `vm::protocol::args::Family`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Clinic,
    Tuple,
    Keywords,
    Def,
}

impl Family {
    pub fn parse(text: &syn::LitStr) -> Result<Family> {
        Ok(match text.value().as_str() {
            "clinic" | "unpack" => Family::Clinic,
            "tuple" => Family::Tuple,
            "keywords" => Family::Keywords,
            "def" => Family::Def,
            _ => {
                return Err(Error::new(
                    text.span(),
                    "a family is clinic, unpack, tuple, keywords or def",
                ));
            }
        })
    }

    fn tokens(self, vm: &TokenStream) -> TokenStream {
        let name = match self {
            Family::Clinic => "Clinic",
            Family::Tuple => "Tuple",
            Family::Keywords => "Keywords",
            Family::Def => "Def",
        };
        let name = Ident::new(name, Span::call_site());
        quote!(#vm::protocol::args::Family::#name)
    }
}

/// A parameter of the Rust function.
pub enum RustParam {
    /// `vm: &Vm`
    Vm,
    /// `&self`
    SelfRef,
    /// Anything else, with its `#[default(…)]`.
    Typed {
        ty: Box<Type>,
        default: Option<TokenStream>,
        span: Span,
    },
}

/// What the wrapper of one function needs.
pub struct Callee<'a> {
    /// How to name the function in a call.
    pub path: TokenStream,
    /// The payload of `&self`.
    pub payload: Option<&'a Type>,
    /// The function's name in messages.
    pub fname: String,
    pub family: Family,
    pub sig: &'a Sig,
    /// Where errors of the macro point to.
    pub span: Span,
}

/// A wrapper and its calling convention (a variant of `NativeFn`).
pub struct Wrapper {
    pub convention: Ident,
    pub function: TokenStream,
}

/// Reads the parameters and removes `#[default]` from them.
pub fn rust_params(signature: &mut Signature, self_type: Option<&Type>) -> Result<Vec<RustParam>> {
    let mut params = Vec::new();
    for input in &mut signature.inputs {
        params.push(match input {
            FnArg::Receiver(receiver) => {
                if receiver.reference.is_none() || receiver.mutability.is_some() {
                    return Err(Error::new_spanned(receiver, "native methods take `&self`"));
                }
                RustParam::SelfRef
            }
            FnArg::Typed(typed) if is_vm(&typed.ty) => RustParam::Vm,
            FnArg::Typed(typed) => {
                let default = take_default(&mut typed.attrs)?;
                let ty = Box::new(replace_self(&typed.ty, self_type));
                RustParam::Typed {
                    ty,
                    default,
                    span: syn::spanned::Spanned::span(&typed.ty),
                }
            }
        });
    }
    Ok(params)
}

fn take_default(attributes: &mut Vec<Attribute>) -> Result<Option<TokenStream>> {
    let Some(place) = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("default"))
    else {
        return Ok(None);
    };
    let expr: Expr = attributes.remove(place).parse_args()?;
    Ok(Some(quote!(#expr)))
}

fn is_vm(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if last_segment(&reference.elem).is_some_and(|name| name == "Vm"))
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The type argument of `Name<T>`.
pub fn generic_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != name {
        return None;
    }
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The `T` of `&T`.
pub fn referent(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) => Some(&reference.elem),
        _ => None,
    }
}

pub fn is_value_ref(ty: &Type) -> bool {
    referent(ty)
        .and_then(last_segment)
        .is_some_and(|name| name == "Value")
}

pub fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|last| last == name)
}

/// Writes the type `Self` stands for in its place, and `'_` for named lifetimes: wrappers stand outside the impl block.
fn replace_self(ty: &Type, self_type: Option<&Type>) -> Type {
    fn walk(tokens: TokenStream, self_type: Option<&TokenStream>) -> TokenStream {
        let mut out = TokenStream::new();
        let mut after_quote = false;
        for token in tokens {
            let in_lifetime = after_quote;
            after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
            match (token, self_type) {
                (TokenTree::Ident(ident), _) if in_lifetime && ident != "static" => {
                    out.extend([TokenTree::Ident(Ident::new("_", ident.span()))]);
                }
                (TokenTree::Ident(ident), Some(self_type)) if ident == "Self" => {
                    out.extend(self_type.clone())
                }
                (TokenTree::Group(group), _) => {
                    let inner = walk(group.stream(), self_type);
                    out.extend([TokenTree::Group(proc_macro2::Group::new(
                        group.delimiter(),
                        inner,
                    ))]);
                }
                (other, _) => out.extend([other]),
            }
        }
        out
    }
    let self_type = self_type.map(|ty| quote!(#ty));
    syn::parse2(walk(quote!(#ty), self_type.as_ref())).unwrap_or_else(|_| ty.clone())
}

/// The statement that makes `__zelf` of the raw receiver `__self`.
pub fn receiver_statement(callee: &Callee<'_>, ty: Option<&Type>) -> Result<TokenStream> {
    let vm = vm_path();
    let fname = &callee.fname;
    let payload = match ty {
        None => callee.payload.cloned(),
        Some(ty) if is_value_ref(ty) => {
            return Ok(quote!(let __zelf: &#vm::object::Value = __self;));
        }
        Some(ty) => match referent(ty) {
            Some(inner) => generic_argument(inner, "Py").cloned(),
            None => None,
        },
    };
    match payload {
        Some(payload) => {
            Ok(quote!(let __zelf = #vm::protocol::args::receiver::<#payload>(vm, __self, #fname)?;))
        }
        None => Err(Error::new(
            callee.span,
            "the receiver must be `&self`, `&Py<T>` or `&Value`",
        )),
    }
}

/// Writes the wrapper of a function or method.
pub fn wrapper(
    callee: &Callee<'_>,
    name: &Ident,
    params: &[RustParam],
    has_receiver: bool,
) -> Result<Wrapper> {
    let vm = vm_path();
    let sig = callee.sig;
    let typed = params
        .iter()
        .filter(|param| !matches!(param, RustParam::Vm))
        .count();
    let merged = sig.varargs.is_some() && sig.varkw;
    let wants_receiver = match params.iter().find(|param| !matches!(param, RustParam::Vm)) {
        Some(RustParam::SelfRef) => true,
        Some(_) if has_receiver => {
            typed == sig.rust_params() + 1
                || (merged && typed == sig.rust_params() && has_args_type(params))
        }
        _ => false,
    };
    let mut arguments = Vec::new();
    let mut receiver = TokenStream::new();
    let mut data = Vec::new();
    for param in params {
        match param {
            RustParam::Vm => arguments.push(quote!(vm)),
            RustParam::SelfRef => {
                receiver = receiver_statement(callee, None)?;
                arguments.push(quote!(__zelf));
            }
            RustParam::Typed { ty, .. } if wants_receiver && receiver.is_empty() => {
                receiver = receiver_statement(callee, Some(ty))?;
                arguments.push(quote!(__zelf));
            }
            RustParam::Typed { ty, default, span } => {
                let variable = format_ident!("__p{}", data.len());
                arguments.push(quote!(#variable));
                data.push((&**ty, default.as_ref(), *span, variable));
            }
        }
    }
    let expected = sig.rust_params();
    if data.len() != expected && !(merged && data.len() + 1 == expected) {
        let text = format!(
            "the signature has {expected} parameters, the function {} besides receiver and vm",
            data.len()
        );
        return Err(Error::new(callee.span, text));
    }
    let convention = Ident::new(convention(callee), Span::call_site());
    let (inputs, prelude) = prelude(callee, &convention);
    let conversions = conversions(callee, &convention, &data)?;
    let path = &callee.path;
    let function = quote! {
        #[allow(unused_variables, clippy::needless_lifetimes)]
        fn #name(vm: &#vm::context::Vm, __self: &#vm::object::Value #inputs) -> #vm::context::PyResult<#vm::object::Value> {
            #receiver
            #prelude
            #conversions
            #vm::protocol::convert::IntoPyResult::into_py_result(#path(#(#arguments),*), vm)
        }
    };
    Ok(Wrapper {
        convention,
        function,
    })
}

fn has_args_type(params: &[RustParam]) -> bool {
    params
        .iter()
        .any(|param| matches!(param, RustParam::Typed { ty, .. } if is_named(ty, "Args")))
}

/// The calling convention CPython's own tools would choose.
fn convention(callee: &Callee<'_>) -> &'static str {
    let sig = callee.sig;
    let named = sig.params.len();
    if sig.varkw || sig.posonly < named || callee.family == Family::Def {
        "FastKw"
    } else if named == 0 && sig.varargs.is_none() {
        "NoArgs"
    } else if sig.varargs.is_none()
        && named == 1
        && sig.params[0].default.is_none()
        && callee.family == Family::Clinic
    {
        "O"
    } else {
        "Fast"
    }
}

/// The wrapper's further inputs, and the check or binding that comes first.
fn prelude(callee: &Callee<'_>, convention: &Ident) -> (TokenStream, TokenStream) {
    let vm = vm_path();
    let sig = callee.sig;
    let fname = &callee.fname;
    match convention.to_string().as_str() {
        "NoArgs" => (TokenStream::new(), TokenStream::new()),
        "O" => (quote!(, __a0: &#vm::object::Value), TokenStream::new()),
        "Fast" => {
            let min = sig.min_positional();
            let max = if sig.varargs.is_some() {
                quote!(usize::MAX)
            } else {
                let max = sig.positional;
                quote!(#max)
            };
            let check = if callee.family == Family::Clinic {
                quote!(check_positional)
            } else {
                quote!(check_tuple)
            };
            let check = if sig.varargs.is_some() && min == 0 {
                TokenStream::new()
            } else {
                quote!(#vm::protocol::args::#check(vm, #fname, __args.len(), #min, #max)?;)
            };
            (quote!(, __args: &[#vm::object::Value]), check)
        }
        _ => (
            quote!(, __args: #vm::object::Args<'_>),
            bind_statement(callee),
        ),
    }
}

/// `bind` into `__out`.
pub fn bind_statement(callee: &Callee<'_>) -> TokenStream {
    let vm = vm_path();
    let sig = callee.sig;
    if sig.params.is_empty() && sig.varargs.is_some() && sig.varkw {
        return TokenStream::new();
    }
    let signature = signature_tokens(callee);
    let count = sig.params.len();
    quote! {
        static __SIGNATURE: #vm::protocol::args::Signature = #signature;
        let mut __out: [::core::option::Option<&#vm::object::Value>; #count] = [::core::option::Option::None; #count];
        #vm::protocol::args::bind(vm, &__SIGNATURE, __args, &mut __out)?;
    }
}

fn signature_tokens(callee: &Callee<'_>) -> TokenStream {
    let vm = vm_path();
    let sig = callee.sig;
    let fname = &callee.fname;
    let family = callee.family.tokens(&vm);
    let names = sig.params.iter().map(|param| &param.name);
    let (posonly, positional, required) = (sig.posonly, sig.positional, sig.required());
    let (varargs, varkw) = (sig.varargs.is_some(), sig.varkw);
    quote! {
        #vm::protocol::args::Signature {
            fname: #fname,
            family: #family,
            names: &[#(#names),*],
            posonly: #posonly,
            positional: #positional,
            required: #required,
            varargs: #varargs,
            varkw: #varkw,
        }
    }
}

type DataParam<'a> = (&'a Type, Option<&'a TokenStream>, Span, Ident);

/// `let __p0: T = …;` for each parameter.
fn conversions(
    callee: &Callee<'_>,
    convention: &Ident,
    data: &[DataParam<'_>],
) -> Result<TokenStream> {
    let sig = callee.sig;
    let mut out = TokenStream::new();
    let mut named = 0;
    for (place, (ty, default, span, variable)) in data.iter().enumerate() {
        if sig.varargs == Some(place) || named == sig.params.len() {
            out.extend(rest_conversion(
                callee,
                convention,
                ty,
                *span,
                variable,
                sig.varargs == Some(place),
            )?);
            continue;
        }
        let param = &sig.params[named];
        let source = match convention.to_string().as_str() {
            "O" => quote!(__a0),
            "Fast" if param.default.is_none() => quote!((&__args[#named])),
            "Fast" => quote!(__args.get(#named)),
            _ if param.default.is_none() => {
                let vm = vm_path();
                // `bind` has put a value there; `None` could only come of a mistake in it.
                quote!(__out[#named].unwrap_or(&#vm::protocol::args::NONE))
            }
            _ => quote!(__out[#named]),
        };
        let text = argument_text(callee, convention, named);
        let single = Conversion {
            ty,
            default: *default,
            span: *span,
            text,
            source,
            written: param.default.as_deref(),
        };
        let value = single.tokens()?;
        out.extend(quote!(let #variable: #ty = #value;));
        named += 1;
    }
    Ok(out)
}

/// `f() argument 1`, as the family words it.
fn argument_text(callee: &Callee<'_>, convention: &Ident, index: usize) -> String {
    let fname = &callee.fname;
    let sig = callee.sig;
    if convention == "O" {
        format!("{fname}() argument")
    } else if index < sig.posonly || matches!(callee.family, Family::Tuple | Family::Keywords) {
        format!("{fname}() argument {}", index + 1)
    } else {
        format!("{fname}() argument '{}'", sig.params[index].name)
    }
}

/// `*args`, `**kwargs`, or both as one `Args`.
fn rest_conversion(
    callee: &Callee<'_>,
    convention: &Ident,
    ty: &Type,
    span: Span,
    variable: &Ident,
    positional: bool,
) -> Result<TokenStream> {
    let vm = vm_path();
    let sig = callee.sig;
    let fast = convention == "Fast";
    if is_named(ty, "Args") {
        if sig.posonly != sig.params.len() {
            return Err(Error::new(
                span,
                "`Args` can only follow positional-only parameters",
            ));
        }
        let named = sig.posonly;
        let source = if fast {
            quote!(#vm::object::Args::positional_only(__args))
        } else {
            quote!(__args)
        };
        return Ok(
            quote!(let #variable: #vm::object::Args<'_> = #vm::protocol::args::rest(&#source, #named);),
        );
    }
    if positional {
        let named = sig.positional;
        let slice = if fast {
            quote!(__args.get(#named..).unwrap_or(&[]))
        } else {
            quote!(#vm::protocol::args::extra_positional(&__args, #named))
        };
        return Ok(quote!(let #variable: #ty = #slice;));
    }
    let signature = signature_tokens(callee);
    Ok(quote! {
        static __WITH_KEYWORDS: #vm::protocol::args::Signature = #signature;
        let #variable: #ty = #vm::protocol::args::extra_keywords(&__WITH_KEYWORDS, &__args);
    })
}

/// The conversion of one argument.
struct Conversion<'a> {
    ty: &'a Type,
    default: Option<&'a TokenStream>,
    span: Span,
    text: String,
    /// `&Value`, or `Option<&Value>` when there is a default.
    source: TokenStream,
    /// The default in the signature.
    written: Option<&'a str>,
}

impl Conversion<'_> {
    fn tokens(&self) -> Result<TokenStream> {
        let vm = vm_path();
        let (source, text) = (&self.source, &self.text);
        let convert = |value: TokenStream, name: TokenStream, ty: &Type| {
            if is_value_ref(ty) {
                value
            } else {
                quote!(#vm::protocol::convert::FromValue::from_value(vm, #value, #vm::protocol::convert::ArgName::#name(#text))?)
            }
        };
        let inner = generic_argument(self.ty, "Option");
        let Some(written) = self.written else {
            return Ok(match inner {
                None => convert(source.clone(), quote!(new), self.ty),
                Some(inner) => {
                    let value = convert(quote!(__v), quote!(or_none), inner);
                    quote!({ let __v = #source; if __v.is_none() { ::core::option::Option::None } else { ::core::option::Option::Some(#value) } })
                }
            });
        };
        if let Some(default) = self.default {
            let value = convert(quote!(__v), quote!(new), self.ty);
            return Ok(
                quote!(match #source { ::core::option::Option::Some(__v) => #value, ::core::option::Option::None => #default }),
            );
        }
        if let Some(inner) = inner {
            let (guard, name) = if written == "None" {
                (quote!(if !__v.is_none()), quote!(or_none))
            } else {
                (quote!(), quote!(new))
            };
            let value = convert(quote!(__v), name, inner);
            return Ok(quote!(match #source {
                ::core::option::Option::Some(__v) #guard => ::core::option::Option::Some(#value),
                _ => ::core::option::Option::None,
            }));
        }
        let default = self.literal_default(written)?;
        let value = convert(quote!(__v), quote!(new), self.ty);
        Ok(
            quote!(match #source { ::core::option::Option::Some(__v) => #value, ::core::option::Option::None => #default }),
        )
    }

    /// The signature's default as a Rust value, for the types where that is plain.
    fn literal_default(&self, written: &str) -> Result<TokenStream> {
        let vm = vm_path();
        let singleton = match written {
            "None" => Some((quote!(NONE), quote!(None))),
            "True" => Some((quote!(TRUE), quote!(True))),
            "False" => Some((quote!(FALSE), quote!(False))),
            _ => None,
        };
        if let Some((place, constant)) = singleton {
            if is_value_ref(self.ty) {
                return Ok(quote!(&#vm::protocol::args::#place));
            }
            if is_named(self.ty, "Value") {
                return Ok(quote!(#vm::object::Value::#constant));
            }
            if is_named(self.ty, "bool") && written != "None" {
                let truth = written == "True";
                return Ok(quote!(#truth));
            }
            if is_named(self.ty, "i32") && written != "None" {
                let number = i32::from(written == "True");
                return Ok(quote!(#number));
            }
        }
        let ty = self.ty;
        if written == "sys.maxsize"
            && ["isize", "i64", "usize"]
                .iter()
                .any(|name| is_named(ty, name))
        {
            return Ok(quote!(isize::MAX as #ty));
        }
        if let Ok(expr) = syn::parse_str::<Expr>(written)
            && is_number(&expr)
        {
            let numeric = [
                "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize", "f64",
            ];
            if numeric.iter().any(|name| is_named(ty, name)) {
                return Ok(quote!((#expr) as #ty));
            }
        }
        Err(Error::new(
            self.span,
            format!(
                "write `Option<…>` or `#[default(…)]` for a parameter whose default is `{written}`"
            ),
        ))
    }
}

fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_) | Lit::Float(_)),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_number(&unary.expr),
        _ => false,
    }
}

/// `let __p0…` for a slot that binds by signature; the raw arguments are in `__args`.
pub fn slot_conversions(callee: &Callee<'_>, data: &[DataParam<'_>]) -> Result<TokenStream> {
    let sig = callee.sig;
    let keywords = sig.varkw || sig.posonly < sig.params.len();
    if keywords || callee.family == Family::Def {
        let bind = bind_statement(callee);
        let conversions = conversions(callee, &Ident::new("FastKw", Span::call_site()), data)?;
        return Ok(quote!(#bind #conversions));
    }
    let vm = vm_path();
    let fast = Ident::new("Fast", Span::call_site());
    let (_, check) = prelude(callee, &fast);
    let conversions = conversions(callee, &fast, data)?;
    Ok(quote! {
        let __args: &[#vm::object::Value] = __args.positional();
        #check
        #conversions
    })
}
