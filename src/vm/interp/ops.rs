//! The handlers of all instructions: one file for each family, the others by theme.
//!
//! A handler has the name of its opcode in lower case; the loop finds it here. An opcode without a handler does not compile.

#![expect(
    non_snake_case,
    reason = "superinstructions have double underscores, as CPython names them"
)]

pub mod binary_op;
pub mod binary_subscr;
pub mod build;
pub mod call;
pub mod compare_op;
pub mod exceptions;
pub mod for_iter;
pub mod format;
pub mod generators;
pub mod imports;
pub mod jumps;
pub mod load_attr;
pub mod load_global;
pub mod load_method;
pub mod locals;
pub mod match_;
pub mod misc;
pub mod names;
pub mod precall;
pub mod slices;
pub mod special;
pub mod stack_ops;
pub mod store_attr;
pub mod store_subscr;
pub mod unary;
pub mod unpack_sequence;
pub mod with;

pub use binary_op::{
    binary_op, binary_op_adaptive, binary_op_add_float, binary_op_add_int, binary_op_add_unicode,
    binary_op_float, binary_op_inplace_add_unicode, binary_op_int, binary_op_multiply_float,
    binary_op_multiply_int, binary_op_remainder_int, binary_op_subtract_float,
    binary_op_subtract_int,
};
pub use binary_subscr::{
    binary_subscr, binary_subscr_adaptive, binary_subscr_dict, binary_subscr_getitem,
    binary_subscr_list_int, binary_subscr_tuple_int,
};
pub use build::{
    build_const_key_map, build_list, build_map, build_set, build_string, build_tuple, dict_merge,
    dict_update, list_append, list_extend, list_to_tuple, map_add, set_add, set_update,
};
pub use call::{
    call, call_adaptive, call_function_ex, call_py_class, call_py_exact_args,
    call_py_with_defaults, kw_names,
};
pub use compare_op::{
    compare_op, compare_op_adaptive, compare_op_float_jump, compare_op_int_jump,
    compare_op_str_jump, contains_op, is_op,
};
pub use exceptions::{
    check_eg_match, check_exc_match, pop_except, prep_reraise_star, push_exc_info, raise_varargs,
    reraise,
};
pub use for_iter::{
    for_iter, for_iter_adaptive, for_iter_generator, for_iter_list, for_iter_range, for_iter_tuple,
    get_iter,
};
pub use format::format_value;
pub use generators::{
    async_gen_wrap, end_async_for, get_aiter, get_anext, get_awaitable, get_yield_from_iter,
    return_generator, send, yield_value,
};
pub use imports::{import_from, import_name, import_star};
pub use jumps::{
    jump_backward, jump_backward_no_interrupt, jump_backward_quick, jump_forward,
    jump_if_false_or_pop, jump_if_true_or_pop, pop_jump_backward_if_false,
    pop_jump_backward_if_none, pop_jump_backward_if_not_none, pop_jump_backward_if_true,
    pop_jump_forward_if_false, pop_jump_forward_if_none, pop_jump_forward_if_not_none,
    pop_jump_forward_if_true, resume, resume_quick, resume_twin,
};
pub use load_attr::{
    load_attr, load_attr_adaptive, load_attr_instance_value, load_attr_module, load_attr_slot,
    load_attr_with_hint,
};
pub use load_global::{
    delete_global, load_global, load_global_adaptive, load_global_builtin, load_global_module,
    store_global,
};
pub use load_method::{
    load_method, load_method_adaptive, load_method_class, load_method_module, load_method_no_dict,
    load_method_with_dict, load_method_with_values,
};
pub use locals::{
    copy_free_vars, delete_deref, delete_fast, load_classderef, load_closure, load_const,
    load_const__load_fast, load_deref, load_fast, load_fast__load_const, load_fast__load_fast,
    make_cell, store_deref, store_fast, store_fast__load_fast, store_fast__store_fast,
};
pub use match_::{get_len, match_class, match_keys, match_mapping, match_sequence};
pub use misc::{extended_arg, extended_arg_quick, make_function, print_expr, return_value};
pub use names::{
    delete_name, load_assertion_error, load_build_class, load_name, setup_annotations, store_name,
};
pub use precall::{
    precall, precall_adaptive, precall_bound_method, precall_builtin_class,
    precall_builtin_fast_with_keywords, precall_method_descriptor_fast_with_keywords,
    precall_no_kw_builtin_fast, precall_no_kw_builtin_o, precall_no_kw_isinstance,
    precall_no_kw_len, precall_no_kw_list_append, precall_no_kw_method_descriptor_fast,
    precall_no_kw_method_descriptor_noargs, precall_no_kw_method_descriptor_o, precall_no_kw_str_1,
    precall_no_kw_tuple_1, precall_no_kw_type_1, precall_pyfunc,
};
pub use slices::build_slice;
pub use stack_ops::{cache, copy, nop, pop_top, push_null, swap};
pub use store_attr::{
    delete_attr, store_attr, store_attr_adaptive, store_attr_instance_value, store_attr_slot,
    store_attr_with_hint,
};
pub use store_subscr::{
    delete_subscr, store_subscr, store_subscr_adaptive, store_subscr_dict, store_subscr_list_int,
};
pub use unary::{unary_invert, unary_negative, unary_not, unary_positive};
pub use unpack_sequence::{
    unpack_ex, unpack_sequence, unpack_sequence_adaptive, unpack_sequence_list,
    unpack_sequence_tuple, unpack_sequence_two_tuple,
};
pub use with::{before_async_with, before_with, with_except_start};
