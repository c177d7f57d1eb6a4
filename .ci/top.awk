# Draws a capture of `sgn top` on standard input as an SVG: a terminal, with colours for findings, the heading and curves.

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}

function class(line) {
  if (line ~ /^▲/) return "finding"
  if (line ~ /^sgn top/ || line ~ /ELEMENT/) return "head"
  if (line ~ /^›/) return "chosen"
  if (line ~ /^q quit/ || line ~ /\(profiler\)|\(runtime\)|\(unattributed\)/) return "dim"
  return "rest"
}

{ sub(/[ \t]+$/, ""); lines[NR] = $0; if ($0 != "") count = NR }

END {
  # The empty lines between the table and the last two are left out.
  for (i = 1; i <= count; i++) if (lines[i] != "" || lines[i - 1] != "") shown[++rows] = lines[i]
  height = 20 * rows + 32
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 724 %d\" width=\"724\" height=\"%d\">\n", height, height
  print "<style>"
  print "text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; white-space: pre }"
  print ".head { fill: #f0f6fc; font-weight: bold } .rest { fill: #c9d1d9 } .dim { fill: #8b949e }"
  print ".finding { fill: #ffa657 } .chosen { fill: #79c0ff }"
  print "</style>"
  print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>"
  for (i = 1; i <= rows; i++) if (shown[i] != "")
    print "<text x=\"20\" y=\"" 20 * i + 10 "\" xml:space=\"preserve\" class=\"" class(shown[i]) "\">" escaped(shown[i]) "</text>"
  print "</svg>"
}
