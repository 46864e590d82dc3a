using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Portal.Features.Results;

/// <summary>What a results view shows, as it stands in the address: a link shows a colleague the same.</summary>
/// <param name="Type">A defect type; empty for defective images without one.</param>
public sealed record ResultQuery(ModelId? Model, Verdict? Verdict, ResultOrder Order, string? Type = null)
{
    public static ResultQuery Parse(string? model, string? verdict, string? order, string? type = null) => new(
        Guid.TryParse(model, out var id) ? new ModelId(id) : null,
        Enum.TryParse<Verdict>(verdict, ignoreCase: true, out var v) && Enum.IsDefined(v) ? v : null,
        Enum.TryParse<ResultOrder>(order, ignoreCase: true, out var o) && Enum.IsDefined(o) ? o : ResultOrder.ScoreDescending,
        type);

    public override string ToString()
    {
        var parts = new List<string>();
        if (Model is { } model)
            parts.Add($"model={model}");
        if (Verdict is { } verdict)
            parts.Add($"verdict={verdict.ToString().ToLowerInvariant()}");
        if (Order != ResultOrder.ScoreDescending)
            parts.Add($"order={Order.ToString().ToLowerInvariant()}");
        if (Type is not null)
            parts.Add($"type={Uri.EscapeDataString(Type)}");
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
