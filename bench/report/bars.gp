# Two panels of bars, each with its value beside it:
#    gnuplot -c bars.gp OUTPUT DATA TITLE DATA TITLE
# DATA has lines of a name, a value and a colour's number, separated by tabs.
set terminal svg size 960,300 font "sans-serif,12" background "white"
set output ARG1
set datafile separator "\t"
set border 0
unset key
unset xtics
set ytics scale 0
set style fill solid
set linetype 1 linecolor rgb "#7f7f7f"
set linetype 2 linecolor rgb "#2a6f97"
set linetype 3 linecolor rgb "#c9ced6"
set yrange [-0.6:*]
set multiplot layout 1,2 margins 0.2,0.97,0.04,0.88 spacing 0.25
label(value) = value >= 100 ? gprintf("%.0f", value) : sprintf("%.3g", value)
do for [panel = 1:2] {
   data = panel == 1 ? ARG2 : ARG4
   set title (panel == 1 ? ARG3 : ARG5)
   stats data using 2 nooutput
   set xrange [0:STATS_max * 1.18]
   plot data using (0):0:(0):2:($0 - 0.36):($0 + 0.36):3:ytic(1) with boxxyerror linecolor variable, \
      data using 2:0:(label(column(2))) with labels left offset 0.6,0
}
