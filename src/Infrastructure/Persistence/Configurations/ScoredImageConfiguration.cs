using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ScoredImageConfiguration : IEntityTypeConfiguration<ScoredImage>
{
    public void Configure(EntityTypeBuilder<ScoredImage> builder)
    {
        builder.ToTable("Results");
        builder.HasKey(result => new { result.TenantId, result.Id });
        builder.HasIndex(result => new { result.TenantId, result.ModelId, result.ImageId }).IsUnique();
        builder.Property(result => result.IgnoreMark).HasMaxLength(IgnoreMark.MaxLength);
        // A score is taken from its map: who takes it again while somebody scores anew must not pair one map with the other's score.
        builder.Property(result => result.Map).IsConcurrencyToken();
        // Scores that follow a changed ignore region are looked through in this order.
        builder.HasIndex(result => new { result.TenantId, result.ProjectId, result.Id });
        Listed(builder);
        builder.HasOne<Project>().WithMany().HasForeignKey(result => new { result.TenantId, result.ProjectId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(result => new { result.TenantId, result.ModelId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(result => new { result.TenantId, result.RunId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<InspectionImage>().WithMany().HasForeignKey(result => new { result.TenantId, result.ImageId })
            .OnDelete(DeleteBehavior.Cascade);
    }

    /// <summary>
    /// One index for each order of the lists, with all that lists filter by in it: whatever the filter, a page is read by walking along one
    /// index, without a sort and without a look at rows that are not shown. See docs/scale.md.
    /// </summary>
    private static void Listed(EntityTypeBuilder<ScoredImage> builder)
    {
        builder.Property(result => result.ImageName).HasMaxLength(InspectionImage.NameMaxLength).HasDefaultValue("");
        builder.Property(result => result.ImageLabel).HasDefaultValue(ImageLabel.Unknown);
        builder.Property(result => result.ImageDefectType).HasMaxLength(InspectionImage.DefectTypeMaxLength);
        builder.Property(result => result.Review).HasDefaultValue(ReviewOutcome.Unreviewed);
        // Triggers write these; a row that was read a while ago must not write them back.
        foreach (var kept in new[]
        {
            nameof(ScoredImage.ImageName), nameof(ScoredImage.ImageLabel), nameof(ScoredImage.ImageDefectType), nameof(ScoredImage.Review), nameof(ScoredImage.ReviewedBy),
        })
        {
            builder.Property(kept).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            builder.Property(kept).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        }

        builder.HasIndex(r => new { r.TenantId, r.ModelId, r.Score, r.Id, r.Review, r.ReviewedBy, r.ImageLabel, r.ImageDefectType, r.ScoredAt, r.ImageName })
            .HasDatabaseName("IX_Results_ByScore");
        builder.HasIndex(r => new { r.TenantId, r.ModelId, r.ImageName, r.Id, r.Score, r.Review, r.ReviewedBy, r.ImageLabel, r.ImageDefectType, r.ScoredAt })
            .HasDatabaseName("IX_Results_ByName");
        builder.HasIndex(r => new { r.TenantId, r.ModelId, r.ScoredAt, r.Id, r.Score, r.Review, r.ReviewedBy, r.ImageLabel, r.ImageDefectType, r.ImageName })
            .HasDatabaseName("IX_Results_ByTime");
    }
}
