using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace FewShotAD.Portal.Shared;

/// <summary>A sentence with a link or another element in it, at <c>{part}</c>: the whole is one text, so that a translation may order it as its language does.</summary>
public sealed class Sentence : ComponentBase
{
    private const string Part = "{part}";

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <summary>The element, given how many parts stand before it.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<int> ChildContent { get; set; } = null!;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var pieces = Text.Split(Part);
        for (var i = 0; i < pieces.Length; i++)
        {
            builder.AddContent(0, pieces[i]);
            if (i + 1 < pieces.Length)
                builder.AddContent(1, ChildContent(i));
        }
    }
}
