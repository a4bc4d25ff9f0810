; What names are defined and used, on the grammar tree-sitter-dockerfile, as Neovim and Helix have it.
; The grammar has no node for a stage, so one scope is all: the server knows better.

(source_file) @local.scope

(image_alias) @local.definition.namespace

(arg_instruction
  name: (unquoted_string) @local.definition.var)

(env_pair
  name: (unquoted_string) @local.definition.var)

(image_name) @local.reference

(variable) @local.reference
