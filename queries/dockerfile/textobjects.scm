; What can be selected as a whole, on the grammar tree-sitter-dockerfile, as Neovim and Helix have it. `around` and `inside` are for
; Helix, `outer` and `inner` for Neovim.

; A command, and the instruction that runs it

[
  (cmd_instruction)
  (entrypoint_instruction)
  (healthcheck_instruction)
  (run_instruction)
] @function.around @function.outer

[
  (cmd_instruction
    (shell_command) @function.inside @function.inner)
  (cmd_instruction
    (json_string_array) @function.inside @function.inner)
  (entrypoint_instruction
    (shell_command) @function.inside @function.inner)
  (entrypoint_instruction
    (json_string_array) @function.inside @function.inner)
  (run_instruction
    (shell_command) @function.inside @function.inner)
  (run_instruction
    (json_string_array) @function.inside @function.inner)
]

; Flags, pairs, paths and ports

[
  (env_pair)
  (expose_port)
  (json_string)
  (label_pair)
  (mount_param)
  (param)
  (path)
] @parameter.around @parameter.outer

[
  (expose_port)
  (json_string)
  (path)
] @parameter.inside @parameter.inner

(arg_instruction
  default: (_) @parameter.inside @parameter.inner)

(env_pair
  value: (_) @parameter.inside @parameter.inner)

(label_pair
  value: (_) @parameter.inside @parameter.inner)

; Comments

(comment)+ @comment.around @comment.outer

(comment) @comment.inside @comment.inner
