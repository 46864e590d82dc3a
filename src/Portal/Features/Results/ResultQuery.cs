using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using Microsoft.AspNetCore.WebUtilities;

namespace FewShotAD.Portal.Features.Results;

/// <summary>What a results view shows, as it stands in the address: a link shows a colleague the same.</summary>
/// <param name="Type">A defect type; empty for defective images without one.</param>
public sealed record ResultQuery(ModelId? Model, Verdict? Verdict, ResultOrder Order, string? Type = null)
{
    public static ResultQuery Everything { get; } = new(null, null, ResultOrder.ScoreDescending);

    public Mistake? Mistake { get; init; }

    public ImageLabel? Label { get; init; }

    public ReviewOutcome? Review { get; init; }

    public UserId? Reviewer { get; init; }

    /// <summary>Raw scores, both ends included.</summary>
    public double? MinScore { get; init; }

    public double? MaxScore { get; init; }

    /// <summary>Days of scoring in UTC, both included.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    public string? Search { get; init; }

    /// <summary>How many filters are on beside the verdict, which has its own place on the page.</summary>
    public int Filters => new object?[] { Type, Mistake, Label, Review, Reviewer, MinScore ?? MaxScore, (object?)From ?? To, Search }.Count(filter => filter is not null);

    /// <param name="text">Of an address; what says nothing sensible in it is left out.</param>
    public static ResultQuery Parse(string? text)
    {
        var parts = QueryHelpers.ParseQuery(text);
        string? Word(string name) => parts.TryGetValue(name, out var values) ? values.ToString() : null;
        var type = Word("type");
        var search = Word("search")?.Trim();
        return new ResultQuery(
            Guid.TryParse(Word("model"), out var id) ? new ModelId(id) : null, Choice<Verdict>(Word("verdict")),
            Choice<ResultOrder>(Word("order")) ?? ResultOrder.ScoreDescending, type)
        {
            Mistake = Choice<Mistake>(Word("mistake")),
            Label = Choice<ImageLabel>(Word("label")),
            Review = Choice<ReviewOutcome>(Word("review")),
            Reviewer = Guid.TryParse(Word("reviewer"), out var person) ? new UserId(person) : null,
            MinScore = Number(Word("min")),
            MaxScore = Number(Word("max")),
            From = Day(Word("from")),
            To = Day(Word("to")),
            Search = string.IsNullOrEmpty(search) ? null : search,
        };
    }

    /// <summary>With all filters off; model and order stay.</summary>
    public ResultQuery Cleared() => Everything with { Model = Model, Order = Order };

    public ListResults.Request ToRequest(ProjectId project, ModelId? model) => new(
        project, model, Verdict, Label, Order,
        Range: new ResultRange(MinScore, MaxScore, From is { } from ? Midnight(from) : null, To is { } to && to < DateOnly.MaxValue ? Midnight(to.AddDays(1)) : null),
        DefectType: Type, Mistake: Mistake, Review: Review, ReviewedBy: Reviewer, Search: Search);

    /// <summary>For an export of what the view shows; verdict and label have their own places in it.</summary>
    public ExportFilter ToExport()
    {
        var range = ToRequest(default, null).Range!;
        return new ExportFilter(range.MinScore, range.MaxScore, range.From, range.Until, Type, Mistake, Review, Reviewer?.Value, Search);
    }

    public override string ToString()
    {
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        Add("model", Model?.ToString());
        Add("verdict", Word(Verdict));
        Add("order", Order == ResultOrder.ScoreDescending ? null : Word<ResultOrder>(Order));
        Add("type", Type);
        Add("mistake", Word(Mistake));
        Add("label", Word(Label));
        Add("review", Word(Review));
        Add("reviewer", Reviewer?.ToString());
        Add("min", MinScore?.ToString("R", CultureInfo.InvariantCulture));
        Add("max", MaxScore?.ToString("R", CultureInfo.InvariantCulture));
        Add("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("search", Search);
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    internal static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    internal static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    internal static T? Choice<T>(string? text)
        where T : struct, Enum => text is [var first, ..] && char.IsAsciiLetter(first) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private static string? Word<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant();

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
