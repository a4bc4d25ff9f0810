; What a list of symbols shows, on the grammar tree-sitter-dockerfile, as Neovim and Helix have it.

(from_instruction
  as: (image_alias) @name) @definition.module

(arg_instruction
  name: (unquoted_string) @name) @definition.constant

(env_pair
  name: (unquoted_string) @name) @definition.constant

(from_instruction
  (image_spec
    name: (image_name) @name)) @reference.module

(expansion
  (variable) @name) @reference.constant
