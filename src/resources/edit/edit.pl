# What a text becomes when one thing in it is as declared. Perl, since the expressions are those of TypeScript: awk's know no \s.
#   edit OUT KIND PATH WORD…   exits with 0 where it is so already; 1: OUT is the new text; 2: OUT is a reason and a remedy
#   survey <LINES              prints the lines "KIND PATH WORD…" (bytes that a word cannot hold as %0A) that are so already
# Texts are bytes. What ends the lines of a file ends the new ones, too.
use strict;
use warnings;
no warnings 'newline';

# [mysqld]  # comment
my $section_head = qr/\A\s*\[(.*)\]\s*(?:[#;].*)?\z/;
my ($mode, @given) = @ARGV;
my %edits = (line => \&edit_line, block => \&edit_block, key => \&edit_key, section => \&edit_section);
exit($mode eq 'survey' ? main_survey() : main_edit(@given));

sub main_survey {
    my %texts;
    while (my $line = <STDIN>) {
        chomp $line;
        my ($kind, $path, @words) = map { s/%([0-9A-F]{2})/chr hex $1/ger } split / /, $line;
        $texts{$path} //= { text => -f $path && !-l $path ? read_text($path) : undef, is => -e $path || -l $path };
        my ($text, $is) = @{ $texts{$path} }{qw(text is)};
        my $options = read_words(@words);
        if (defined $text && is_plainly_so($texts{$path}, $kind, $options)) {
            print "$line\n";
            next;
        }
        my ($new) = defined $text ? $edits{$kind}->($text, $options) : ();
        print "$line\n" if defined $text ? defined $new && $new eq $text : !$is && $options->{absent};
    }
    return 0;
}

# Whether it is so at the first glance, so that a file with a thousand of them is not taken apart for each.
sub is_plainly_so {
    my ($file, $kind, $options) = @_;
    # Ends of lines that are mixed become one.
    return 0 if index($file->{text}, "\r") >= 0;
    if ($kind eq 'line' && !defined $options->{match}) {
        $file->{lines} //= { map { $_ => 1 } @{ (split_lines($file->{text}))[0] } };
        return !$options->{absent} == exists $file->{lines}{ $options->{line} };
    } elsif ($kind eq 'key') {
        my $values = ($file->{keys} //= index_keys($file->{text}))->{ $options->{section} // '' }{ $options->{key} } // [];
        return !@$values if $options->{absent};
        return @$values == 1 && ($values->[0] // "\n") eq ($options->{value} // "\n");
    }
    return 0;
}

# The values of all keys by section, undefined where a key stands there without one.
sub index_keys {
    my ($text) = @_;
    my (%values, $section);
    $section = '';
    for my $line (@{ (split_lines($text))[0] }) {
        if ($line =~ $section_head) { $section = $1 =~ s/\A\s+|\s+\z//gr; }
        elsif ($line =~ /\A\s*([^=]*?)\s*(?:=[ \t]*(.*?)\s*)?\z/s) { push @{ $values{$section}{$1} }, $2; }
    }
    return \%values;
}

sub main_edit {
    my ($out, $kind, $path, @words) = @_;
    my $text = -e $path ? read_text($path) : '';
    my ($new, $reason, $remedy) = $edits{$kind}->($text, read_words(@words));
    return 0 if defined $new && $new eq $text;
    open my $file, '>', $out or die "$out: $!\n";
    print $file $new // "$reason\n$remedy\n" or die "$out: $!\n";
    close $file or die "$out: $!\n";
    return defined $new ? 1 : 2;
}

sub read_text {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return <$file> // '';
}

# absent, line=TEXT, match=EXPRESSION, …
sub read_words {
    return { map { /\A([a-z]+)=(.*)\z/s ? ($1 => $2) : ($_ => 1) } @_ };
}

# The lines without their ends, what ends the first of them, and what ends the last.
sub split_lines {
    my ($text) = @_;
    my $end = $text =~ /\A[^\n]*\r\n/ ? "\r\n" : "\n";
    my $last = $text eq '' || $text =~ /\n\z/ ? $end : '';
    my @lines = split /\r?\n/, $text, -1;
    pop @lines if @lines && $lines[-1] eq '';
    # Where ends are mixed they stay as they are.
    @lines = map { s/\n\z//r } $text =~ /([^\n]*\n|[^\n]+\z)/g if $end eq "\n";
    return (\@lines, $end, $last);
}

sub join_lines {
    my ($lines, $end, $last) = @_;
    return '' if !@$lines;
    return join($end, @$lines) . $last;
}

sub edit_line {
    my ($text, $options) = @_;
    my ($lines, $end, $last) = split_lines($text);
    my ($line, $match) = @$options{qw(line match)};
    my $fits = sub { (defined $line && $_[0] eq $line) || (defined $match && $_[0] =~ /$match/) };
    my @places = grep { $fits->($lines->[$_]) } keys @$lines;
    return remove_lines($text, $lines, $end, $last, @places) if $options->{absent};
    if (@places) {
        my ($place) = ((grep { $lines->[$_] eq $line } @places), @places);
        $lines->[$place] = $line;
        # Without an expression equal lines are nobody's business.
        my @others = defined $match ? grep { $_ != $place } @places : ();
        return remove_lines(join_lines($lines, $end, $last), $lines, $end, $last, @others);
    }
    return insert_lines($lines, $end, $last, $options, $line);
}

sub remove_lines {
    my ($text, $lines, $end, $last, @places) = @_;
    return $text if !@places;
    my %gone = map { $_ => 1 } @places;
    my @rest = @$lines[grep { !$gone{$_} } keys @$lines];
    # The line that then is the last one was ended.
    return join_lines(\@rest, $end, $gone{$#$lines} ? $end : $last);
}

# Behind the last line that fits `after`, before the first that fits `before`, or at the end.
sub insert_lines {
    my ($lines, $end, $last, $options, @new) = @_;
    my ($after, $before) = @$options{qw(after before)};
    my $place = @$lines;
    if (defined $after) {
        my @fits = grep { $lines->[$_] =~ /$after/ } keys @$lines;
        return (undef, "It has no line that fits after: $after", 'Mend the expression, or leave it out: then it comes to the end.') if !@fits;
        $place = $fits[-1] + 1;
    } elsif (defined $before) {
        my @fits = grep { $lines->[$_] =~ /$before/ } keys @$lines;
        return (undef, "It has no line that fits before: $before", 'Mend the expression, or leave it out: then it comes to the end.') if !@fits;
        $place = $fits[0];
    }
    $last = $end if $place == @$lines;
    splice @$lines, $place, 0, @new;
    return join_lines($lines, $end, $last);
}

sub edit_block {
    my ($text, $options) = @_;
    my ($lines, $end, $last) = split_lines($text);
    my ($begin, $close) = @$options{qw(begin end)};
    my @begins = grep { $lines->[$_] eq $begin } keys @$lines;
    my @ends = grep { $lines->[$_] eq $close } keys @$lines;
    if (@begins > 1 || @begins != @ends || @begins && $ends[0] < $begins[0]) {
        return (undef, 'It has ' . @begins . " lines \"$begin\" and " . @ends . " lines \"$close\", and it must have one of each, in this order, or none.",
            'Mend it by hand.');
    }
    my @block = ($begin, split(/\n/, $options->{text} // ''), $close);
    if (@begins) {
        my ($from, $to) = ($begins[0], $ends[0]);
        return remove_lines($text, $lines, $end, $last, $from .. $to) if $options->{absent};
        splice @$lines, $from, $to - $from + 1, @block;
        return join_lines($lines, $end, $last);
    }
    return $text if $options->{absent};
    return insert_lines($lines, $end, $last, $options, @block);
}

# The lines of a section: those before the first head where it has no name.
sub section_places {
    my ($lines, $section) = @_;
    my ($current, @places, @heads) = ('');
    for my $place (keys @$lines) {
        if ($lines->[$place] =~ $section_head) {
            $current = $1 =~ s/\A\s+|\s+\z//gr;
            push @heads, $place if $current eq $section;
        } elsif ($current eq $section) {
            push @places, $place;
        }
    }
    return (\@places, \@heads);
}

sub edit_key {
    my ($text, $options) = @_;
    my ($lines, $end, $last) = split_lines($text);
    my ($section, $key, $value) = ($options->{section} // '', @$options{qw(key value)});
    my ($places, $heads) = section_places($lines, $section);
    my @found = grep { $lines->[$_] =~ /\A\s*\Q$key\E\s*(?:=|\z)/ } @$places;
    return remove_lines($text, $lines, $end, $last, @found) if $options->{absent};
    if (@found) {
        # Programs take the last one.
        my $place = pop @found;
        my ($start, $now) = $lines->[$place] =~ /\A(\s*\Q$key\E\s*=[ \t]*)(.*?)\s*\z/s;
        if (!defined $value) {
            $lines->[$place] = $1 . $key if defined $start && $lines->[$place] =~ /\A(\s*)/;
        } elsif (!defined $start) {
            $lines->[$place] = new_key($lines, $places, $options);
        } elsif ($now ne $value) {
            $lines->[$place] = $start . $value;
        }
        return remove_lines(join_lines($lines, $end, $last), $lines, $end, $last, @found);
    }
    my $new = new_key($lines, $places, $options);
    my @commented = grep { $lines->[$_] =~ /\A\s*[#;]\s*\Q$key\E\s*(?:=|\z)/ } @$places;
    my ($place, @lines) = (scalar @$lines, $new);
    if (@commented) {
        $place = $commented[-1] + 1;
    } elsif (@$heads || ($section eq '' && @$places)) {
        my @filled = grep { $lines->[$_] =~ /\S/ } @$places;
        $place = 1 + ((sort { $b <=> $a } $heads->[-1] // -1, $filled[-1] // -1)[0]);
    } elsif ($section eq '') {
        $place = 0;
    } else {
        unshift @lines, "[$section]";
        unshift @lines, '' if @$lines && $lines->[-1] =~ /\S/;
    }
    $last = $end if $place == @$lines;
    splice @$lines, $place, 0, @lines;
    return join_lines($lines, $end, $last);
}

# As the others in the section are written, or in the file.
sub new_key {
    my ($lines, $places, $options) = @_;
    my ($key, $value, $separator) = @$options{qw(key value separator)};
    my ($model) = grep { /\A\s*[^\s#;\[=][^=]*=/ } @$lines[@$places], @$lines;
    my ($indent, $usual) = defined $model && $model =~ /\A(\s*)[^=]*?(\s*=[ \t]*)/ ? ($1, $2) : ('', '=');
    return $indent . $key if !defined $value;
    return $indent . $key . ($separator // $usual) . $value;
}

sub edit_section {
    my ($text, $options) = @_;
    my ($lines, $end, $last) = split_lines($text);
    my ($places, $heads) = section_places($lines, $options->{section});
    # Comments that stand right before the next head are about that one.
    my @all = sort { $a <=> $b } @$places, @$heads;
    my %gone = map { $_ => 1 } @all;
    for my $place (reverse @all) {
        next if $place == $#$lines || $gone{ $place + 1 };
        delete $gone{$place} if $lines->[$place] =~ /\A\s*[#;]/;
    }
    return remove_lines($text, $lines, $end, $last, keys %gone);
}
