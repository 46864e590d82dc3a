using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Results;

/// <summary>A page whose view stands in the address as a <see cref="ResultQuery"/>. The parameters make it load again when any of them changes.</summary>
public abstract class ResultsView : PortalPage
{
    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [SupplyParameterFromQuery(Name = "verdict")]
    private string? VerdictText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [SupplyParameterFromQuery(Name = "type")]
    private string? TypeText { get; set; }

    [SupplyParameterFromQuery(Name = "mistake")]
    private string? MistakeText { get; set; }

    [SupplyParameterFromQuery(Name = "label")]
    private string? LabelText { get; set; }

    [SupplyParameterFromQuery(Name = "review")]
    private string? ReviewText { get; set; }

    [SupplyParameterFromQuery(Name = "reviewer")]
    private string? ReviewerText { get; set; }

    [SupplyParameterFromQuery(Name = "min")]
    private string? MinText { get; set; }

    [SupplyParameterFromQuery(Name = "max")]
    private string? MaxText { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromText { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToText { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    private string? SearchText { get; set; }

    protected ResultQuery ReadQuery() => ResultQuery.Parse(new Uri(Navigation.Uri).Query);
}
