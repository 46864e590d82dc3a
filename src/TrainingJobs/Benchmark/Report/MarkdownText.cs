using System.Text;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Markdown line by line. Cells and paragraphs are written as they are: foreign names go through <see cref="ForeignText"/> first.</summary>
internal sealed class MarkdownText
{
    private readonly StringBuilder text = new();

    public MarkdownText Heading(int level, string heading) => Block($"{new string('#', level)} {heading}");

    public MarkdownText Paragraph(string paragraph) => Block(paragraph);

    public MarkdownText List(IEnumerable<string> items) => Block(string.Join('\n', items.Select(item => "- " + item)));

    /// <param name="description">What the figure shows, for whoever cannot see it.</param>
    public MarkdownText Figure(string description, string address) => Block($"![{description}]({address})");

    public MarkdownText Code(string language, string code) => Block($"```{language}\n{code}\n```");

    /// <param name="numbers">The columns that are aligned to the right; all but the first unless said.</param>
    public MarkdownText Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, Range? numbers = null) => Block(string.Join(
        '\n',
        rows.Prepend(Alignment(header.Count, numbers ?? 1..)).Prepend(header).Select(row => $"| {string.Join(" | ", row)} |")));

    public override string ToString() => text.ToString();

    private static string[] Alignment(int columns, Range numbers)
    {
        var alignment = Enumerable.Repeat("---", columns).ToArray();
        alignment.AsSpan(numbers).Fill("---:");
        return alignment;
    }

    private MarkdownText Block(string block)
    {
        text.Append(text.Length > 0 ? "\n" : "").Append(block).Append('\n');
        return this;
    }
}
