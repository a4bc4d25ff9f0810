; Highlights for Dockerfiles, on the grammar tree-sitter-dockerfile, as Neovim and Helix have it.
; A later pattern wins over an earlier one, and a node over the node it is in.
; The shell text of commands is left to the injections. Regular expressions are kept to what Rust's and Vim's read alike.

; Instructions

[
  "ADD"
  "ARG"
  "AS"
  "CMD"
  "COPY"
  "ENTRYPOINT"
  "ENV"
  "EXPOSE"
  "FROM"
  "HEALTHCHECK"
  "LABEL"
  "MAINTAINER"
  "NONE"
  "ONBUILD"
  "RUN"
  "SHELL"
  "STOPSIGNAL"
  "USER"
  "VOLUME"
  "WORKDIR"
] @keyword

; Flags. The grammar has no node for a flag's name, so its plain value looks the same.

(param) @attribute

(mount_param
  "--" @attribute
  "mount" @attribute)

(mount_param_param) @variable.parameter

; Images and stages

(image_name) @type

(image_tag) @constant

(image_digest) @constant

(image_alias) @label

((image_name) @type.builtin
  (#match? @type.builtin "^scratch$"))

; Names

(arg_instruction
  name: (unquoted_string) @variable.parameter)

(env_pair
  name: (unquoted_string) @variable)

(label_pair
  key: (_) @property)

; Values

(arg_instruction
  default: (unquoted_string) @string)

(env_pair
  value: (unquoted_string) @string)

(label_pair
  value: (unquoted_string) @string)

[
  (double_quoted_string)
  (single_quoted_string)
  (json_string)
] @string

(path) @string.special.path

(user_instruction
  (unquoted_string) @string.special)

(expose_port) @number

(escape_sequence) @string.escape

; Heredocs

[
  (heredoc_marker)
  (heredoc_end)
] @label

(add_instruction
  (heredoc_block
    (heredoc_line) @string))

(copy_instruction
  (heredoc_block
    (heredoc_line) @string))

; Variables in values

(variable) @variable

(expansion
  [
    "$"
    "{"
    "}"
  ] @punctuation.special)

; Punctuation

"=" @operator

(image_tag
  ":" @punctuation.delimiter)

(image_digest
  "@" @punctuation.delimiter)

(user_instruction
  ":" @punctuation.delimiter)

(json_string_array
  [
    "["
    "]"
  ] @punctuation.bracket)

[
  ","
] @punctuation.delimiter

(line_continuation) @punctuation.special

; Comments, and the directives that only count at the top

(comment) @comment

(source_file
  .
  (comment) @keyword.directive
  (#match? @keyword.directive "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]"))

(source_file
  .
  (comment) @_first
  .
  (comment) @keyword.directive
  (#match? @_first "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]")
  (#match? @keyword.directive "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]"))

(source_file
  .
  (comment) @_first
  .
  (comment) @_second
  .
  (comment) @keyword.directive
  (#match? @_first "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]")
  (#match? @_second "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]")
  (#match? @keyword.directive "^#[ \t]*([cC][hH][eE][cC][kK]|[eE][sS][cC][aA][pP][eE]|[sS][yY][nN][tT][aA][xX])[ \t]*[=]"))
